import type { BusEvent } from './bus-event.ts';
import { compilePattern, type Matcher } from './pattern.ts';

/** What becomes of an event on its way. */
export type EventFate = 'delivered' | 'dropped' | 'duplicated' | 'held';

type Pattern = Readonly<Record<string, unknown>>;

/** Faults that EventBridge may have, on order. Each applies to the next events that match its pattern (all, without one). */
export interface EventFaults {
  /** The next `count` events are lost. */
  dropEvents: (count?: number, pattern?: Pattern) => void;
  /** The next `count` events are delivered twice. */
  duplicateEvents: (count?: number, pattern?: Pattern) => void;
  /** The next `count` events are kept back until `releaseEvents`. */
  holdEvents: (count?: number, pattern?: Pattern) => void;
  /** Delivers what was kept back, in order. */
  releaseEvents: () => void;
  /** Takes back all orders; what was kept back is delivered. */
  clear: () => void;
}

interface Order {
  fate: Exclude<EventFate, 'delivered'>;
  left: number;
  matches: Matcher;
}

/** Orders in the sequence in which they were given; the first that matches an event decides. */
export function createEventFaults(deliver: (event: BusEvent) => void) {
  let orders: Order[] = [];
  const held: BusEvent[] = [];
  const order =
    (fate: Order['fate']) =>
    (count = 1, pattern: Pattern = {}) => {
      orders.push({ fate, left: count, matches: compilePattern(pattern) });
    };
  const releaseEvents = () => {
    for (const event of held.splice(0)) deliver(event);
  };
  const faults: EventFaults = {
    dropEvents: order('dropped'),
    duplicateEvents: order('duplicated'),
    holdEvents: order('held'),
    releaseEvents,
    clear: () => {
      orders = [];
      releaseEvents();
    },
  };
  const apply = (event: BusEvent): EventFate => {
    const found = orders.find(({ left, matches }) => left > 0 && matches(event));
    if (found === undefined) {
      deliver(event);
      return 'delivered';
    }
    found.left -= 1;
    if (found.fate === 'held') held.push(event);
    if (found.fate === 'duplicated') [event, event].forEach(deliver);
    return found.fate;
  };
  return { faults, apply };
}
