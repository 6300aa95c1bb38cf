import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { MemoryUploadInspector } from '../../../adapters/memory/upload-inspector.ts';
import { S3UploadInspector } from '../../../adapters/s3/upload-inspector.ts';
import type { PinnedUpload } from '../../../contract/records.ts';
import type { UploadInspector } from '../../../core/load/ports.ts';
import { type S3Engine, startEngine } from './results.ts';
import { bucketOptions } from './uploads.ts';

export interface InspectorUnderTest {
  inspector: UploadInspector;
  /** Stores a file, and tells of it as closing a load would. */
  put: (body: Uint8Array, key?: string) => Promise<PinnedUpload>;
  remove: (key: string) => Promise<void>;
  read: (key: string) => Promise<string>;
}

interface Backend {
  start(): Promise<void>;
  inspector(): Promise<InspectorUnderTest>;
  stop(): Promise<void>;
}

const pinnedAs = (key: string, body: Uint8Array): PinnedUpload => ({
  file: 2,
  key,
  bytes: body.length,
  etag: createHash('md5').update(body).digest('hex'),
});
const usualKey = 'uploads/acme/job/0002';

const memory: Backend = {
  start: () => Promise.resolve(),
  inspector: () => {
    const inspector = new MemoryUploadInspector();
    return Promise.resolve({
      inspector,
      put: (body, key = usualKey) => {
        inspector.files.set(key, body);
        return Promise.resolve(pinnedAs(key, body));
      },
      remove: (key) => {
        inspector.files.delete(key);
        return Promise.resolve();
      },
      read: (key) => Promise.resolve(Buffer.from(inspector.files.get(key) ?? []).toString()),
    });
  },
  stop: () => Promise.resolve(),
};

function s3(): Backend {
  let engine: S3Engine | undefined;
  return {
    start: async () => {
      engine = await startEngine();
    },
    inspector: async () => {
      if (!engine) throw new Error('The engine was not started');
      const { client } = engine;
      const Bucket = await engine.createBucket();
      return {
        inspector: new S3UploadInspector(bucketOptions(engine, Bucket)),
        put: async (body, Key = usualKey) => {
          await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
          return pinnedAs(Key, body);
        },
        remove: async (Key) => {
          await client.send(new DeleteObjectCommand({ Bucket, Key }));
        },
        read: async (Key) => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          return (await Body?.transformToString()) ?? '';
        },
      };
    },
    stop: async () => {
      await engine?.stop();
    },
  };
}

/** Runs one suite on the fake and on the real adapter. */
export function onEachInspector(suite: (inspector: () => Promise<InspectorUnderTest>) => void): void {
  describe.each([
    ['in memory', memory],
    ['on the local S3', s3()],
  ])('%s', (_name, backend) => {
    beforeAll(() => backend.start());
    afterAll(() => backend.stop());
    suite(() => backend.inspector());
  });
}
