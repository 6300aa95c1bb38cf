import { randomUUID } from 'node:crypto';

/** An event as EventBridge hands it to targets. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 in UTC, without fractions */
  time: string;
  region: string;
  resources: readonly string[];
  detail: unknown;
}

/** What whoever publishes has to say; the rest is filled in. */
export type NewBusEvent = Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & Partial<BusEvent>;

/** Completes an event as the bus does. */
export function completeEvent(event: NewBusEvent, place: { account: string; region: string }, now: Date): BusEvent {
  return {
    version: '0',
    id: event.id ?? randomUUID(),
    'detail-type': event['detail-type'],
    source: event.source,
    account: event.account ?? place.account,
    time: event.time ?? now.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: event.region ?? place.region,
    resources: event.resources ?? [],
    detail: event.detail,
  };
}
