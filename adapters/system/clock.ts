import type { Clock } from '../../core/ports.ts';

export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }
}
