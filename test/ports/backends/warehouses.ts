import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { MemoryWarehouse } from '../../../adapters/memory/warehouse.ts';
import type { WarehouseTarget } from '../../../adapters/redshift/target.ts';
import { RedshiftWarehouse } from '../../../adapters/redshift/warehouse.ts';
import { type StatementId, StatementId as StatementIdSchema } from '../../../contract/ids.ts';
import type { Warehouse } from '../../../core/ports.ts';
import { type Redshift, startRedshift } from '../../../local/redshift/start-redshift.ts';
import { credentials, region } from './results.ts';

/** A warehouse in which a statement goes on only when it is let. */
export interface Stage {
  warehouse: Warehouse;
  /** Statements that the warehouse has taken. */
  taken: () => StatementId[];
  begin: (statement: StatementId) => Promise<void>;
  /** Lets a begun statement run to its end, by its own SQL. */
  finish: (statement: StatementId) => Promise<void>;
  /** Settles when the statement has ended, having been cancelled. */
  ended: (statement: StatementId) => Promise<void>;
}

interface Backend {
  start(): Promise<void>;
  stage(): Stage;
  stop(): Promise<void>;
}

export const target: WarehouseTarget = { kind: 'workgroup', workgroup: 'exports', database: 'dev' };
/** All tenants enter as one; roles are for identities of their own. */
export const shared = {
  identity: { kind: 'shared' } as const,
  roles: () => {
    throw new Error('Nobody has a role here');
  },
};
export const badSql = 'SELECT * FROM nowhere';

const memory: Backend = {
  start: () => Promise.resolve(),
  stage: () => {
    const warehouse = new MemoryWarehouse();
    return {
      warehouse,
      taken: () => warehouse.statements.map(({ id }) => id),
      begin: (statement) => {
        warehouse.begin(statement);
        return Promise.resolve();
      },
      finish: (statement) => {
        const { sql = '' } = warehouse.statements.find(({ id }) => id === statement) ?? {};
        const failed = sql === badSql ? [] : sql.split(';\n').filter((part) => part === badSql);
        const why = 'ERROR: relation "nowhere" does not exist';
        if (sql === badSql || failed.length > 0) warehouse.end(statement, 'FAILED', why, failed[0]);
        else warehouse.end(statement, 'FINISHED');
        return Promise.resolve();
      },
      ended: () => Promise.resolve(),
    };
  },
  stop: () => Promise.resolve(),
};

/** Something that happens once, to be awaited before or after. */
class Moments {
  readonly #moments = new Map<string, PromiseWithResolvers<undefined>>();

  #of(name: string): PromiseWithResolvers<undefined> {
    const known = this.#moments.get(name) ?? Promise.withResolvers<undefined>();
    this.#moments.set(name, known);
    return known;
  }

  happen(name: string): void {
    this.#of(name).resolve(undefined);
  }

  until(name: string): Promise<undefined> {
    return this.#of(name).promise;
  }
}

const cancelled = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

function redshift(): Backend {
  let engine: Redshift | undefined;
  let client: RedshiftDataClient | undefined;
  const moments = new Moments();
  const taken: StatementId[] = [];
  return {
    start: async () => {
      engine = await startRedshift({
        s3: { endpoint: 'http://127.0.0.1:9', region, credentials },
        onStatus: async ({ id, cancellation }, status) => {
          moments.happen(`${id} ${status}`);
          if (status === 'SUBMITTED') taken.push(StatementIdSchema.parse(id));
          const mayGoOn = { SUBMITTED: 'begin', STARTED: 'finish' } as Partial<Record<typeof status, string>>;
          const next = mayGoOn[status];
          if (next) await Promise.race([moments.until(`${id} ${next}`), cancelled(cancellation.signal)]);
        },
        publishEvent: ({ detail }) => {
          moments.happen(`${detail.statementId} ended`);
          return Promise.resolve();
        },
      });
      client = new RedshiftDataClient({ endpoint: engine.endpoint, region, credentials });
    },
    stage: () => {
      if (!client) throw new Error('The engine was not started');
      const before = taken.length;
      return {
        warehouse: new RedshiftWarehouse({ client, target, ...shared }),
        taken: () => taken.slice(before),
        begin: async (statement) => {
          moments.happen(`${statement} begin`);
          await moments.until(`${statement} STARTED`);
        },
        finish: async (statement) => {
          moments.happen(`${statement} finish`);
          await moments.until(`${statement} ended`);
        },
        ended: (statement) => moments.until(`${statement} ended`),
      };
    },
    stop: async () => {
      client?.destroy();
      await engine?.close();
    },
  };
}

/** Runs one suite on the fake and on the real adapter. */
export function onEachWarehouse(suite: (stage: () => Stage) => void): void {
  describe.each([
    ['in memory', memory],
    ['on the local Redshift', redshift()],
  ])('%s', (_name, backend) => {
    beforeAll(() => backend.start());
    afterAll(() => backend.stop());
    suite(() => backend.stage());
  });
}
