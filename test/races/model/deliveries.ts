import type { DynamoDBRecord } from 'aws-lambda';
import type { Handlers } from './handlers.ts';
import { type Invocation, invoke, type Outcome } from './invocation.ts';
import type { Queue, Reader } from './streams.ts';
import type { WarehouseEvent } from './warehouse.ts';
import type { World } from './world.ts';

/** An error of a function is a defect, unless a fault was injected into that very call. */
function assertNoDefect(outcome: Outcome<unknown>, { faulted, name }: Invocation): void {
  if (outcome.kind === 'threw' && !faulted) throw new Error(`${name} threw`, { cause: outcome.error });
}

function handle(
  handlers: Handlers,
  world: World,
  reader: Reader,
  records: DynamoDBRecord[],
  done: (left: DynamoDBRecord[]) => void,
) {
  const refused = world.warehouse.refusedDrops;
  const handler = reader === 'start-jobs' ? handlers.startJobs : handlers.cleanUp;
  return invoke(
    world,
    { name: reader, seconds: reader === 'start-jobs' ? 60 : 300 },
    () => handler({ Records: records }),
    (outcome, invocation) => {
      assertNoDefect(outcome, invocation);
      if (outcome.kind !== 'returned') {
        done(records);
        return;
      }
      const [failed] = outcome.result.batchItemFailures;
      const isRefused = reader === 'clean-up' && world.warehouse.refusedDrops > refused;
      if (failed && !invocation.faulted && !isRefused)
        throw new Error(`${reader} failed on a record, though no fault was injected`);
      const from = records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed?.itemIdentifier);
      done(from < 0 ? [] : records.slice(from));
    },
  );
}

/** The next records of one partition; what fails comes again, in order. */
export function deliverBatch(handlers: Handlers, world: World, queue: Queue, most: number): Invocation {
  const records = queue.records.splice(0, most);
  queue.busy = true;
  return handle(handlers, world, queue.reader, records, (left) => {
    queue.records.unshift(...left);
    queue.busy = false;
    for (const record of records) world.streams.delivered.push({ reader: queue.reader, record, at: world.now });
  });
}

/** A record that was delivered already comes again, late and among others. */
export const redeliverRecord = (handlers: Handlers, world: World, reader: Reader, record: DynamoDBRecord): Invocation =>
  handle(handlers, world, reader, [record], () => undefined);

/** After too many failures a record goes to the dead letters. */
export function loseRecord(world: World, queue: Queue): void {
  queue.records.shift();
  if (queue.reader === 'clean-up') world.lostCleanUps = true;
}

export function deliverEvent(handlers: Handlers, world: World, event: WarehouseEvent): Invocation {
  world.events = world.events.filter((other) => other !== event);
  return invoke(
    world,
    { name: 'finish-jobs', seconds: 60 },
    () =>
      handlers.finishJobs({
        source: 'aws.redshift-data',
        'detail-type': 'Redshift Data Statement Status Change',
        detail: event,
      }),
    (outcome, invocation) => {
      assertNoDefect(outcome, invocation);
      if (outcome.kind === 'returned') world.arrived.push(event);
      else world.events.push(event);
    },
  );
}

export const runSweep = (handlers: Handlers, world: World): Invocation =>
  invoke(world, { name: 'sweep-jobs', seconds: 55 }, () => handlers.sweepJobs(), assertNoDefect);
