import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { QueueMessage } from '../lambda/async-invoker.ts';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { EventSourceMappingProperties } from '../template/resources/lambda.ts';
import { compilePattern, type Matcher } from './pattern.ts';
import { processStreamBatch, type DiscardedBatch } from './stream-batch.ts';
import type { StreamReader, StreamRecord } from './stream-record.ts';

export interface StreamMappingOptions {
  label: string;
  pool: FunctionPool;
  properties: EventSourceMappingProperties;
  reader: StreamReader;
  sendToQueue: (queueArn: string, message: QueueMessage) => Promise<void>;
  log: (text: string) => void;
  /** Milliseconds between two looks at a quiet stream; default 500. `nudge` makes it look at once. */
  interval?: number;
}

/** A running `AWS::Lambda::EventSourceMapping` on a DynamoDB stream. */
export interface StreamMapping {
  label: string;
  functionLabel: string;
  /** Something was written: look now. */
  nudge: () => void;
  /** Reads no further until `resume`; what is under way is finished. */
  pause: () => Promise<void>;
  resume: () => void;
  /** Calls the function again with records that it got before, those that the predicate chooses; tells how many. */
  redeliver: (choose?: (record: StreamRecord) => boolean) => Promise<number>;
  /** The last 1,000 records that passed the filter, oldest first. */
  recent: () => readonly StreamRecord[];
  /** Resolves when the stream was found empty after this call and all records are processed. */
  settled: () => Promise<void>;
  stop: () => Promise<void>;
}

/** After a nudge the engine may take a moment to show the record. */
const eagerLooks = [0, 5, 10, 20, 40, 80];

/** Starts to read. */
export function startStreamMapping(options: StreamMappingOptions): StreamMapping {
  const mapping = new RunningStreamMapping(options);
  mapping.start();
  return mapping;
}

class RunningStreamMapping implements StreamMapping {
  readonly label: string;
  readonly functionLabel: string;
  readonly #options: StreamMappingOptions;
  readonly #passes: Matcher;
  readonly #history: StreamRecord[] = [];
  readonly #stopping = new AbortController();
  #looks: number[] = [];
  #wake: (() => void) | undefined;
  #paused = false;
  #emptyLooks = 0;
  #busy = false;
  #observers: (() => void)[] = [];
  #done: Promise<void> = Promise.resolve();

  constructor(options: StreamMappingOptions) {
    this.#options = options;
    this.label = options.label;
    this.functionLabel = options.pool.definition.label;
    const filters = options.properties.FilterCriteria.Filters.map(({ Pattern }) => compilePattern(Pattern));
    this.#passes = (record) => filters.length === 0 || filters.some((filter) => filter(record));
  }

  start(): void {
    this.#done = this.#run();
  }

  nudge(): void {
    this.#looks = [...eagerLooks];
    this.#wake?.();
  }

  async pause(): Promise<void> {
    this.#paused = true;
    while (this.#busy) await this.#change();
  }

  resume(): void {
    this.#paused = false;
    this.nudge();
  }

  recent(): readonly StreamRecord[] {
    return this.#history;
  }

  async redeliver(choose: (record: StreamRecord) => boolean = () => true): Promise<number> {
    const records = this.#history.filter(choose);
    if (records.length > 0) await this.#process(records);
    return records.length;
  }

  async settled(): Promise<void> {
    const goal = this.#emptyLooks + 2;
    while (this.#emptyLooks < goal && !this.#stopping.signal.aborted) {
      this.nudge();
      await this.#change();
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        this.#busy = !this.#paused;
        const found = this.#paused ? 0 : await this.#step();
        this.#busy = false;
        if (found === 0) this.#emptyLooks += 1;
        this.#changed();
        if (found === 0) await this.#rest();
      } catch (error) {
        this.#busy = false;
        if (isAbort(error)) return;
        log(`${this.label} could not read its stream: ${String(error)}`);
        await this.#rest();
      }
    }
  }

  /** Reads and processes one batch; tells how many records were read. */
  async #step(): Promise<number> {
    const { properties } = this.#options;
    const size = properties.BatchSize ?? 100;
    const read = await this.#options.reader.next(size);
    if (read.length === 0) return 0;
    const window = Date.now() + properties.MaximumBatchingWindowInSeconds * 1000;
    let all = read;
    while (Date.now() < window && all.length < size && !this.#stopping.signal.aborted) {
      await delay(Math.min(50, window - Date.now()));
      all = [...all, ...(await this.#options.reader.next(size - all.length))];
    }
    const passed = all.filter((record) => this.#passes(record));
    this.#history.push(...passed);
    this.#history.splice(0, Math.max(0, this.#history.length - 1000));
    await this.#process(passed);
    return all.length;
  }

  async #process(records: readonly StreamRecord[]): Promise<void> {
    const { pool, properties } = this.#options;
    await processStreamBatch(records, {
      pool,
      properties,
      signal: this.#stopping.signal,
      discard: (batch) => this.#discard(batch),
    });
  }

  async #discard(batch: DiscardedBatch): Promise<void> {
    const { pool, properties, reader, sendToQueue, log } = this.#options;
    log(`${this.label} gave up on ${batch.records.length} record(s): ${batch.reason}`);
    const destination = properties.DestinationConfig.OnFailure?.Destination;
    if (destination === undefined) return;
    const message = discardMessage(batch, pool.definition.arn, reader.shardId());
    await sendToQueue(destination, { body: JSON.stringify(message) });
  }

  async #rest(): Promise<void> {
    const eager = this.#looks.shift();
    if (eager === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, eager ?? this.#options.interval ?? 500);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #changed(): void {
    for (const observer of this.#observers.splice(0)) observer();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#observers.push(resolve));
  }
}

/** The document that Lambda sends to an on-failure queue: where the records are, not what is in them. */
function discardMessage(
  { reason, records, attempts, last }: DiscardedBatch,
  functionArn: string,
  shardId: string,
): unknown {
  const arrival = (record: StreamRecord | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  return {
    requestContext: {
      requestId: last?.requestId ?? randomUUID(),
      functionArn,
      condition: reason,
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: last?.kind === 'error' ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(records[0]),
      approximateArrivalOfLastRecord: arrival(records.at(-1)),
      batchSize: records.length,
      streamArn: records[0]?.eventSourceARN,
    },
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
