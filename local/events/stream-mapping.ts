import { randomUUID } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';
import type { QueueMessage } from '../lambda/async-invoker.ts';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { EventSourceMappingProperties } from '../template/resources/lambda.ts';
import { compilePattern, type Matcher } from './pattern.ts';
import { processStreamBatch, type DiscardedBatch } from './stream-batch.ts';

export interface StreamMappingOptions {
  label: string;
  pool: FunctionPool;
  properties: EventSourceMappingProperties;
  sendToQueue: (queueArn: string, message: QueueMessage) => Promise<void>;
  log: (text: string) => void;
}

/** Takes the place of `AWS::Lambda::EventSourceMapping` on a DynamoDB stream; whoever reads the stream hands it the records. */
export class StreamMapping {
  readonly label: string;
  readonly functionLabel: string;
  readonly properties: EventSourceMappingProperties;
  readonly #options: StreamMappingOptions;
  readonly #passes: Matcher;
  readonly #history: DynamoDBRecord[] = [];
  readonly #stopping = new AbortController();
  #gate: Promise<unknown> = Promise.resolve();
  #openGate: () => void = () => undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: StreamMappingOptions) {
    this.#options = options;
    this.label = options.label;
    this.properties = options.properties;
    this.functionLabel = options.pool.definition.label;
    const filters = options.properties.FilterCriteria.Filters.map(({ Pattern }) => compilePattern(Pattern));
    this.#passes = (record) => filters.length === 0 || filters.some((filter) => filter(record));
  }

  /** Processes records of one shard; resolves when each was processed or given up. Waits while the mapping is paused. */
  async receive(records: readonly DynamoDBRecord[]): Promise<void> {
    await this.#gate;
    if (this.#stopping.signal.aborted) return;
    const passed = records.filter((record) => this.#passes(record));
    this.#history.push(...passed);
    this.#history.splice(0, Math.max(0, this.#history.length - 1000));
    this.#underWay = this.#process(passed);
    await this.#underWay;
  }

  /** Takes no more records until `resume`; resolves when what is under way is done. */
  async pause(): Promise<void> {
    this.#openGate();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#gate = promise;
    this.#openGate = () => resolve(undefined);
    await this.#underWay;
  }

  resume(): void {
    this.#openGate();
  }

  /** The last 1,000 records that passed the filter, oldest first. */
  recent(): readonly DynamoDBRecord[] {
    return this.#history;
  }

  /** Calls the function again with records that it got before, those that are chosen; tells how many. */
  async redeliver(choose: (record: DynamoDBRecord) => boolean = () => true): Promise<number> {
    const records = this.#history.filter(choose);
    await this.#process(records);
    return records.length;
  }

  /** Ends all retries; records that come later are dropped. */
  stop(): void {
    this.#stopping.abort();
    this.#openGate();
  }

  async #process(records: readonly DynamoDBRecord[]): Promise<void> {
    const { pool, properties } = this.#options;
    const { signal } = this.#stopping;
    try {
      await processStreamBatch(records, { pool, properties, signal, discard: (batch) => this.#discard(batch) });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #discard(batch: DiscardedBatch): Promise<void> {
    const { pool, properties, sendToQueue, log } = this.#options;
    log(`${this.label} gave up on ${batch.records.length} record(s): ${batch.reason}`);
    const destination = properties.DestinationConfig.OnFailure?.Destination;
    if (destination === undefined) return;
    await sendToQueue(destination, { body: JSON.stringify(discardMessage(batch, pool.definition.arn)) });
  }
}

/** The document that Lambda sends to an on-failure queue: where the records are, not what is in them. */
function discardMessage({ reason, records, attempts, last }: DiscardedBatch, functionArn: string): unknown {
  const arrival = (record: DynamoDBRecord | undefined) =>
    new Date((record?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
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
      shardId: 'shardId-local',
      startSequenceNumber: records[0]?.dynamodb?.SequenceNumber,
      endSequenceNumber: records.at(-1)?.dynamodb?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(records[0]),
      approximateArrivalOfLastRecord: arrival(records.at(-1)),
      batchSize: records.length,
      streamArn: records[0]?.eventSourceARN,
    },
  };
}
