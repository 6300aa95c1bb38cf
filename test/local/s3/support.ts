import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { startS3, type S3Options, type S3Server } from '../../../local/s3/start-s3.ts';

export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

export interface TestS3 {
  readonly server: S3Server;
  readonly client: S3Client;
  dataDir: string;
  newClient: (config?: S3ClientConfig) => S3Client;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startTestS3(options: Partial<S3Options> = {}): Promise<TestS3> {
  const dataDir = await mkdtemp(join(tmpdir(), 'spectra-s3-'));
  const start = (): Promise<S3Server> =>
    startS3({
      dataDir,
      region: REGION,
      credentials: (id) => (id === CREDENTIALS.accessKeyId ? CREDENTIALS.secretAccessKey : undefined),
      ...options,
    });
  const clients: S3Client[] = [];
  let server = await start();
  const newClient = (config: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({
      region: REGION,
      endpoint: server.endpoint,
      credentials: CREDENTIALS,
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
    });
    clients.push(client);
    return client;
  };
  let client = newClient();
  return {
    dataDir,
    newClient,
    get server() {
      return server;
    },
    get client() {
      return client;
    },
    restart: async () => {
      await server.close();
      server = await start();
      client = newClient();
    },
    stop: async () => {
      for (const open of clients) open.destroy();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
