import * as z from 'zod';
import type { EventBus } from './event-bus.ts';

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  /** Seconds since the epoch */
  Time: z.number().optional(),
  EventBusName: z.string().default('default'),
});
type Entry = z.infer<typeof Entry>;

const PutEventsRequest = z.object({ Entries: z.array(Entry).min(1).max(10) });

type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/**
 * EventBridge's `PutEvents`.
 * @throws {z.ZodError} when the request has not 1 to 10 entries
 */
export function putEvents(bus: EventBus, request: unknown): { FailedEntryCount: number; Entries: EntryResult[] } {
  const results = PutEventsRequest.parse(request).Entries.map((entry) => putEntry(bus, entry));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function putEntry(bus: EventBus, { Source, DetailType, Detail, Resources, Time, EventBusName }: Entry): EntryResult {
  const invalid = (ErrorMessage: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage });
  if (Source === undefined) return invalid('Parameter Source is not valid. Reason: Source is a required argument.');
  if (DetailType === undefined)
    return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (Detail === undefined) return invalid('Parameter Detail is not valid. Reason: Detail is a required argument.');
  if (Source.startsWith('aws.')) {
    const ErrorMessage = 'Not authorized for the source. Only services of AWS publish under aws.';
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
  }
  const name = EventBusName.split('/').at(-1) ?? 'default';
  if (!bus.buses.includes(name)) return invalid(`Event bus ${name} does not exist.`);
  const detail = parsedObject(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = Time === undefined ? {} : { time: new Date(Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z') };
  const event = { source: Source, 'detail-type': DetailType, detail, resources: Resources, ...time };
  return { EventId: bus.publish(event, name).id };
}

function parsedObject(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
