import type { Stage } from './stage.ts';

/** The parts of the asynchronous contract: every one of them has a row. */
export const points = {
  1: 'status',
  2: 'progress',
  3: 'cancelling',
  4: 'runs and retry',
  5: 'idempotency',
  6: 'history',
  7: 'partial success',
  8: 'limits',
  9: 'keys and tokens',
  10: 'tenant identity in the warehouse',
  11: 'rows at once',
} as const;
export type Point = keyof typeof points;

/** One promise to clients, and how the running service shows that it keeps it. */
export interface Row {
  point: Point;
  promise: string;
  show: (stage: Stage) => Promise<void>;
}
