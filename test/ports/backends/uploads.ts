import { MemoryUploads } from '../../../adapters/memory/uploads.ts';
import { S3Presigner } from '../../../adapters/s3/presigner.ts';
import { S3Uploads } from '../../../adapters/s3/uploads.ts';
import { SystemClock } from '../../../adapters/system/clock.ts';
import type { UploadInParts, Uploads } from '../../../core/load/ports.ts';
import { credentials, region, type S3Engine, startEngine } from './results.ts';

export interface UploadsUnderTest {
  uploads: Uploads;
  /** As a client does. */
  putPart: (upload: UploadInParts, part: number, body: Buffer) => Promise<void>;
}

interface Backend {
  start(): Promise<void>;
  uploads(): Promise<UploadsUnderTest>;
  stop(): Promise<void>;
}

const memory: Backend = {
  start: () => Promise.resolve(),
  uploads: () => {
    const uploads = new MemoryUploads();
    const putPart: UploadsUnderTest['putPart'] = (...part) => {
      uploads.putPart(...part);
      return Promise.resolve();
    };
    return Promise.resolve({ uploads, putPart });
  },
  stop: () => Promise.resolve(),
};

export const bucketOptions = (engine: S3Engine, bucket: string) => ({
  ...{ bucket, region, endpoint: engine.endpoint, clock: new SystemClock() },
  credentials: () => Promise.resolve(credentials),
});

function s3(): Backend {
  let engine: S3Engine | undefined;
  return {
    start: async () => {
      engine = await startEngine();
    },
    uploads: async () => {
      if (!engine) throw new Error('The engine was not started');
      const options = bucketOptions(engine, await engine.createBucket());
      const presigner = new S3Presigner({ ...options, expirySeconds: 60 });
      return {
        uploads: new S3Uploads({ ...options, client: engine.client }),
        putPart: async (upload, part, body) => {
          const { url } = await presigner.part(upload, part, body.length);
          const { status } = await fetch(url, { method: 'PUT', body: new Uint8Array(body) });
          if (status !== 200) throw new Error(`Part ${part}: ${status}`);
        },
      };
    },
    stop: async () => {
      await engine?.stop();
    },
  };
}

/** Runs one suite on the fake and on the real adapter. */
export function onEachUploads(suite: (uploads: () => Promise<UploadsUnderTest>) => void): void {
  describe.each([
    ['in memory', memory],
    ['on the local S3', s3()],
  ])('%s', (_name, backend) => {
    beforeAll(() => backend.start());
    afterAll(() => backend.stop());
    suite(() => backend.uploads());
  });
}
