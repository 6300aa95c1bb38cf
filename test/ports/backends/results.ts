import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { MemoryResultStore } from '../../../adapters/memory/result-store.ts';
import { S3ResultStore } from '../../../adapters/s3/result-store.ts';
import { SystemClock } from '../../../adapters/system/clock.ts';
import type { ResultStore } from '../../../core/ports.ts';
import { type S3Server, startS3 } from '../../../local/s3/start-s3.ts';

export const region = 'us-east-1';
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

export interface S3Engine {
  endpoint: string;
  client: S3Client;
  createBucket: () => Promise<string>;
  put: (bucket: string, key: string, body: string, crc64nvme?: string) => Promise<void>;
  stop(): Promise<void>;
}

export async function startEngine(): Promise<S3Engine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ports-s3-'));
  const lookup = (id: string) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined);
  const server: S3Server = await startS3({ dataDir, region, credentials: lookup });
  const client = new S3Client({ endpoint: server.endpoint, region, credentials, forcePathStyle: true });
  let buckets = 0;
  return {
    endpoint: server.endpoint,
    client,
    createBucket: async () => {
      const bucket = `ports-${(buckets += 1)}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return bucket;
    },
    put: async (bucket, key, body, crc64nvme) => {
      const checksum = crc64nvme === undefined ? {} : { ChecksumCRC64NVME: crc64nvme };
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body), ...checksum }));
    },
    stop: async () => {
      client.destroy();
      await server.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

export interface Results {
  store: ResultStore;
  bucket: string;
  put: (key: string, body: string, crc64nvme?: string) => Promise<void>;
}

interface Backend {
  start(): Promise<void>;
  results(): Promise<Results>;
  stop(): Promise<void>;
}

const memory: Backend = {
  start: () => Promise.resolve(),
  results: () => {
    const store = new MemoryResultStore('ports-memory');
    const put = (...object: Parameters<typeof store.put>) => {
      store.put(...object);
      return Promise.resolve();
    };
    return Promise.resolve({ store, bucket: 'ports-memory', put });
  },
  stop: () => Promise.resolve(),
};

function s3(): Backend {
  let engine: S3Engine | undefined;
  return {
    start: async () => {
      engine = await startEngine();
    },
    results: async () => {
      if (!engine) throw new Error('The engine was not started');
      const { client, endpoint, createBucket, put } = engine;
      const bucket = await createBucket();
      return {
        store: new S3ResultStore({
          ...{ client, bucket, region, endpoint },
          clock: new SystemClock(),
          credentials: () => Promise.resolve(credentials),
        }),
        bucket,
        put: (key, body, crc64nvme) => put(bucket, key, body, crc64nvme),
      };
    },
    stop: async () => {
      await engine?.stop();
    },
  };
}

/** Runs one suite on the fake and on the real adapter. */
export function onEachResultStore(suite: (results: () => Promise<Results>) => void): void {
  describe.each([
    ['in memory', memory],
    ['on the local S3', s3()],
  ])('%s', (_name, backend) => {
    beforeAll(() => backend.start());
    afterAll(() => backend.stop());
    suite(() => backend.results());
  });
}
