import { DynamoAdmission } from '../../../adapters/dynamo/admission.ts';
import { DynamoApiKeyStore } from '../../../adapters/dynamo/api-keys.ts';
import { DynamoBacklog } from '../../../adapters/dynamo/backlog.ts';
import { DynamoIdempotencyStore } from '../../../adapters/dynamo/idempotency.ts';
import { DynamoJobStore } from '../../../adapters/dynamo/job-store.ts';
import { MemoryAdmission } from '../../../adapters/memory/admission.ts';
import { MemoryApiKeyStore } from '../../../adapters/memory/api-keys.ts';
import { MemoryBacklog } from '../../../adapters/memory/backlog.ts';
import { MemoryIdempotencyStore } from '../../../adapters/memory/idempotency.ts';
import { MemoryJobStore } from '../../../adapters/memory/job-store.ts';
import { MemoryTables } from '../../../adapters/memory/tables.ts';
import type { Admission, ApiKeyStore, Backlog, IdempotencyStore, JobStore } from '../../../core/ports.ts';
import { SetClock } from '../samples.ts';
import { type DynamoEngine, startEngine } from './dynamo-local.ts';

/** The ports that share one table, empty. */
export interface Stores {
  jobs: JobStore;
  admission: Admission;
  apiKeys: ApiKeyStore;
  backlog: Backlog;
  idempotency: IdempotencyStore;
  clock: SetClock;
}

export interface Backend {
  start(): Promise<void>;
  /** A new, empty table each time. */
  stores(): Promise<Stores>;
  stop(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

const memory: Backend = {
  start: nothing,
  stores: () => {
    const tables = new MemoryTables();
    const clock = new SetClock();
    return Promise.resolve({
      jobs: new MemoryJobStore({ tables, clock }),
      admission: new MemoryAdmission({ tables }),
      apiKeys: new MemoryApiKeyStore(),
      backlog: new MemoryBacklog({ tables }),
      idempotency: new MemoryIdempotencyStore({ tables }),
      clock,
    });
  },
  stop: nothing,
};

function dynamo(): Backend {
  let engine: DynamoEngine | undefined;
  return {
    start: async () => {
      engine = await startEngine();
    },
    stores: async () => {
      if (!engine) throw new Error('The engine was not started');
      const options = { client: engine.client, table: await engine.createTable() };
      const clock = new SetClock();
      return {
        jobs: new DynamoJobStore({ ...options, clock }),
        admission: new DynamoAdmission(options),
        apiKeys: new DynamoApiKeyStore(options),
        backlog: new DynamoBacklog(options),
        idempotency: new DynamoIdempotencyStore(options),
        clock,
      };
    },
    stop: async () => {
      await engine?.stop();
    },
  };
}

/** Runs one suite on the fake and on the real adapter. */
export function onEachBackend(suite: (stores: () => Promise<Stores>) => void): void {
  describe.each([
    ['in memory', memory],
    ['on DynamoDB Local', dynamo()],
  ])('%s', (_name, backend) => {
    beforeAll(() => backend.start());
    afterAll(() => backend.stop());
    suite(() => backend.stores());
  });
}
