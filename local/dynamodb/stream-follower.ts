import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
  type _Record,
  type DynamoDBStreamsClient,
  type Shard,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import type { StreamPositions, StreamReaderOptions } from './stream-reader.ts';
import { toLambdaRecord } from './stream-record.ts';

const DISCOVERY_MS = 10_000;
const RETRY_MS = 500;
const MAX_SHARD_PAGES = 1000;

interface ShardState {
  shard: Shard & { ShardId: string };
  startAt: ShardIteratorType;
  iterator: string | undefined;
  position: string | undefined;
  finished: boolean;
}

/** Keeps the place in each shard and decides which shards may be read now. */
export class StreamFollower {
  private readonly options: StreamReaderOptions;
  private readonly client: DynamoDBStreamsClient;
  private readonly shards = new Map<string, ShardState>();
  private readonly stopping = new AbortController();

  constructor(options: StreamReaderOptions, client: DynamoDBStreamsClient) {
    this.options = options;
    this.client = client;
  }

  private stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Looks for new shards. `first`: their start is as the options say, and LATEST is fixed before this resolves. */
  async discover(first: boolean): Promise<void> {
    const listed = await this.listShards();
    for (const shard of listed) {
      if (this.shards.has(shard.ShardId)) continue;
      const state = this.begin(shard, first);
      if (state.startAt === 'LATEST' && !state.finished) state.iterator = await this.newIterator(state);
      this.shards.set(shard.ShardId, state);
    }
    const alive = new Set(listed.map(({ ShardId }) => ShardId));
    for (const id of this.shards.keys()) if (!alive.has(id)) this.shards.delete(id);
  }

  async run(): Promise<void> {
    const active = new Map<string, Promise<void>>();
    const failure = Promise.withResolvers<undefined>();
    const start = (state: ShardState): void => {
      const following = this.follow(state)
        .catch((error: unknown) => failure.reject(error))
        .finally(() => active.delete(state.shard.ShardId));
      active.set(state.shard.ShardId, following);
    };
    try {
      while (!this.stopped()) {
        for (const [id, state] of this.shards) if (!active.has(id) && this.isReadable(state)) start(state);
        const pause = this.pause(DISCOVERY_MS);
        await Promise.race([pause, failure.promise, ...active.values()]);
        if (!this.stopped()) await this.discover(false).catch((error: unknown) => this.retryLater(error));
      }
      await Promise.race([Promise.all(active.values()), failure.promise]);
    } finally {
      this.stopping.abort();
    }
  }

  private begin(shard: ShardState['shard'], first: boolean): ShardState {
    const { from } = this.options;
    const state: ShardState = {
      shard,
      startAt: 'TRIM_HORIZON',
      iterator: undefined,
      position: undefined,
      finished: false,
    };
    if (typeof from === 'object') {
      state.position = from.positions[shard.ShardId];
      if (state.position !== undefined) state.startAt = 'AFTER_SEQUENCE_NUMBER';
    } else if (first && from === 'LATEST') {
      state.startAt = 'LATEST';
      state.finished = shard.SequenceNumberRange?.EndingSequenceNumber !== undefined;
    }
    return state;
  }

  private isReadable({ finished, shard }: ShardState): boolean {
    const parent = this.shards.get(shard.ParentShardId ?? '');
    return !finished && (!parent || parent.finished);
  }

  private async follow(state: ShardState): Promise<void> {
    for (let more = true; more && !this.stopped(); more = !state.finished) {
      const records = await this.read(state);
      if (this.stopped()) return;
      if (records.length === 0) {
        if (state.iterator !== undefined) await this.pause(this.options.pollMs ?? 100);
        continue;
      }
      await this.options.onBatch(records.map((record) => this.convert(record)));
      state.position = records.at(-1)?.dynamodb?.SequenceNumber ?? state.position;
      this.options.onPosition?.(this.positions());
    }
  }

  private async read(state: ShardState): Promise<_Record[]> {
    try {
      state.iterator ??= await this.newIterator(state);
      const command = new GetRecordsCommand({ ShardIterator: state.iterator, Limit: this.options.batchSize ?? 100 });
      const { Records = [], NextShardIterator } = await this.client.send(command, {
        abortSignal: this.stopping.signal,
      });
      state.iterator = NextShardIterator;
      if (NextShardIterator === undefined) state.finished = true;
      return Records;
    } catch (error) {
      if (this.stopped()) return [];
      const trimmed = error instanceof TrimmedDataAccessException;
      if (trimmed) state.position = undefined;
      if (trimmed || error instanceof ExpiredIteratorException) state.iterator = undefined;
      await this.retryLater(error);
      return [];
    }
  }

  private async newIterator(state: ShardState): Promise<string | undefined> {
    const { position } = state;
    const start =
      position === undefined
        ? { ShardIteratorType: state.startAt === 'LATEST' ? ('LATEST' as const) : ('TRIM_HORIZON' as const) }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: position };
    const target = { StreamArn: this.options.streamArn, ShardId: state.shard.ShardId };
    return (await this.client.send(new GetShardIteratorCommand({ ...target, ...start }))).ShardIterator;
  }

  private async listShards(): Promise<ShardState['shard'][]> {
    const shards: ShardState['shard'][] = [];
    let last: string | undefined;
    for (let page = 0; page < MAX_SHARD_PAGES; page++) {
      const command = new DescribeStreamCommand({ StreamArn: this.options.streamArn, ExclusiveStartShardId: last });
      const { StreamDescription } = await this.client.send(command, { abortSignal: this.stopping.signal });
      for (const shard of StreamDescription?.Shards ?? [])
        if (shard.ShardId !== undefined) shards.push({ ...shard, ShardId: shard.ShardId });
      last = StreamDescription?.LastEvaluatedShardId;
      if (last === undefined) break;
    }
    return shards;
  }

  private convert(record: _Record): DynamoDBRecord {
    const { region = 'us-east-1', eventSourceArn = this.options.streamArn, isTtlRemoval } = this.options;
    const byTtl = record.eventName === 'REMOVE' && isTtlRemoval?.(record.dynamodb?.Keys ?? {}) === true;
    return toLambdaRecord(record, { region, eventSourceArn, byTtl });
  }

  private positions(): StreamPositions {
    const known = [...this.shards.values()].filter(({ position }) => position !== undefined);
    return Object.fromEntries(known.map(({ shard, position }) => [shard.ShardId, position ?? '']));
  }

  private async retryLater(error: unknown): Promise<void> {
    if (this.stopped()) return;
    this.options.onError?.(error);
    await this.pause(RETRY_MS);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
