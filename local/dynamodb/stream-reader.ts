import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import { StreamFollower } from './stream-follower.ts';
import type { StreamKeys } from './stream-record.ts';

/** Last sequence number handled, by shard. */
export type StreamPositions = Readonly<Record<string, string>>;

export interface StreamReaderOptions {
  endpoint: string;
  streamArn: string;
  /** where to begin: with the oldest record, with those written from now on, or after what was handled before */
  from: 'TRIM_HORIZON' | 'LATEST' | { positions: StreamPositions };
  /** Takes records of one shard, in order; the next ones come when it has resolved. A rejection ends the reader. */
  onBatch: (records: DynamoDBRecord[]) => Promise<void>;
  /** told after each batch, to go on from there after a restart */
  onPosition?: (positions: StreamPositions) => void;
  /** told of failed reads, which are tried again */
  onError?: (error: unknown) => void;
  /** records at most; default 100 */
  batchSize?: number;
  /** pause after a read that found nothing; default 100 */
  pollMs?: number;
  /** in the records; default us-east-1 */
  region?: string;
  /** in the records; default `streamArn` */
  eventSourceArn?: string;
  /** decides which REMOVE records are expiries; see `startTtlSweeper` */
  isTtlRemoval?: (keys: StreamKeys) => boolean;
}

export interface StreamReader {
  /** Stops after the batch that is being handled. */
  stop: () => Promise<void>;
  /** resolves once stopped, rejects with what `onBatch` rejected with */
  done: Promise<void>;
}

/** Follows a stream: parents before their children, each shard in order. Resolves when it has its place in the stream. */
export async function readStream(options: StreamReaderOptions): Promise<StreamReader> {
  const client = new DynamoDBStreamsClient({
    endpoint: options.endpoint,
    region: options.region ?? 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
  });
  const follower = new StreamFollower(options, client);
  try {
    await follower.discover(true);
  } catch (error) {
    client.destroy();
    throw error;
  }
  const done = follower.run().finally(() => client.destroy());
  // The caller may look at `done` late or never; that must not end the process.
  done.catch(() => undefined);
  return {
    done,
    stop: async () => {
      follower.stop();
      await done.catch(() => undefined);
    },
  };
}
