import { createHash } from 'node:crypto';
import type { SubmittedStatement } from '../../adapters/memory/warehouse.ts';
import { type TenantId, WarehouseUser } from '../../contract/ids.ts';
import { LoadJobBody } from '../../contract/jobs.ts';
import type { LoadCounts } from '../../core/jobs/change.ts';
import { type Job, type JobKey, type Run, runId } from '../../core/jobs/job.ts';
import { markerTable } from '../../core/load/marker.ts';
import { type LoadStep, stepOf } from '../../core/load/statement.ts';
import { uploadKey } from '../../core/load/upload-keys.ts';
import type { SubmitOutcome, Warehouse } from '../../core/ports.ts';
import { type RowsOfLoad, rowsManifestKey, rowsPrefix } from '../../core/results/location.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { startJob } from '../../core/use-cases/change-job.ts';
import { createJob } from '../../core/use-cases/create-job.ts';
import { type Asked, readLoadRows } from '../../core/use-cases/read-load-rows.ts';
import { makeWorld, run } from './world.ts';

/** The next statement is taken, and its submitter hears what `then` makes of it. */
export function onceTaken(
  { warehouse }: { warehouse: Warehouse },
  then: (taken: SubmitOutcome) => SubmitOutcome | Promise<SubmitOutcome>,
): void {
  const { submit } = warehouse;
  warehouse.submit = async (work) => {
    warehouse.submit = submit;
    return then(await submit.call(warehouse, work));
  };
}

export const twoRows = 'id,name\n1,ann\n2,bob\n';

/** The domain on the fakes, with a warehouse that keeps to what a load's batch would do: its marker above all. */
export function makeLoadWorld({ attempts = 1 } = {}) {
  const world = makeWorld();
  Object.assign(world.deps, { again: { attempts, random: () => 0.5 } });
  const { deps } = world;
  /** Runs whose rows are in the table. */
  const committed: string[] = [];
  const markers = new Set<string>();

  const writeRows = (of: Run, rows: RowsOfLoad, count: number): void => {
    const key = `${rowsPrefix(of, rows)}000`;
    deps.results.put(key, 'rows');
    const entry = { url: `s3://results/${key}`, meta: { content_length: 4, record_count: count + 1 } };
    deps.results.put(rowsManifestKey(of, rows), JSON.stringify({ entries: [entry] }));
  };
  const writeFiles = (of: Run, { processed, failed }: LoadCounts): void => {
    writeRows(of, 'failed', failed);
    writeRows(of, 'good', processed);
  };
  const statementOf = (of: Run): SubmittedStatement => {
    const found = deps.warehouse.statements.find(({ token }) => token === runId(of));
    if (!found) throw new Error('no statement');
    return found;
  };
  /** The batch fails at a step, or, of none, as a whole: at its COMMIT, or when nobody knows. */
  const fail = (of: Run, error: string, step?: LoadStep): SubmittedStatement => {
    const statement = statementOf(of);
    const failed = statement.sql.split(';\n').find((text) => step !== undefined && stepOf(text) === step);
    if (step !== undefined && failed === undefined) throw new Error(`no step ${step}`);
    deps.warehouse.end(statement.id, 'FAILED', error, failed);
    return statement;
  };

  return {
    ...world,
    committed,
    markers,
    async create(tenant_id: TenantId, body: Partial<LoadJobBody> = {}, user?: string): Promise<Job> {
      world.wait(0.001);
      const asked = LoadJobBody.parse({ operation: 'insert', object: 'public.accounts', ...body });
      const warehouse_user = user === undefined ? undefined : WarehouseUser.parse(user);
      return (await createJob(deps, { tenant_id, by: 'key', body: asked, warehouse_user })).job;
    },
    /** The bucket is one: what takes uploads, what looks into them and what removes them see the same file. */
    async upload(job: JobKey, file = 1, text = twoRows): Promise<void> {
      const key = uploadKey(job, file);
      const body = Buffer.from(text);
      if ((await deps.uploads.put(key, body)).outcome === 'exists') throw new Error('There is such a file');
      deps.inspector.files.set(key, body);
      deps.results.put(key, text);
    },
    async closed(tenant_id: TenantId, body: Partial<LoadJobBody> = {}, user?: string): Promise<Job> {
      const job = await this.create(tenant_id, body, user);
      await this.upload(job);
      return startJob(deps, job);
    },
    async running(tenant_id: TenantId, body: Partial<LoadJobBody> = {}, user?: string): Promise<Job> {
      const job = await this.closed(tenant_id, body, user);
      await admitJob(deps, run(job));
      return world.job(job);
    },
    pinned(job: JobKey) {
      const request = world.tables.requests.get(`${job.tenant_id}/${job.job_id}`);
      return request?.operation === 'query' ? undefined : request?.uploads;
    },
    writeFiles,
    statementOf,
    fail,
    /** The batch runs to its end; the marker decides whether anything is done. */
    commit(of: Run, counts: LoadCounts = { processed: 2, failed: 0 }): SubmittedStatement {
      const marker = markerTable('spectra', of.job_id);
      if (markers.has(marker)) return fail(of, `ERROR: Relation ${marker} already exists`, 'marker');
      if (!statementOf(of).sql.includes(`CREATE TABLE ${marker} `)) throw new Error('The batch makes no marker');
      markers.add(marker);
      committed.push(runId(of));
      writeFiles(of, counts);
      const statement = statementOf(of);
      statement.report = { state: 'FINISHED' };
      return statement;
    },
    /** Statements that drop markers run to their end. */
    dropMarkers(): void {
      for (const statement of deps.warehouse.statements) {
        const dropped = /^DROP TABLE IF EXISTS (\S+)$/.exec(statement.sql)?.[1];
        if (dropped === undefined) continue;
        markers.delete(dropped);
        statement.report = { state: 'FINISHED' };
      }
    },
    keys: async (): Promise<string[]> => (await deps.results.files('')).map(({ key }) => key),
  };
}

export type LoadWorld = ReturnType<typeof makeLoadWorld>;

const presigner = {
  download: (key: string) => Promise.resolve({ url: `https://s3/${key}`, expires_at: '2026-11-22T11:00:00.000Z' }),
};

/** Where the first file of such rows is read from. */
export const rowsOf = (world: LoadWorld, key: JobKey, asked: Asked): Promise<string | undefined> =>
  readLoadRows({ ...world.deps, presigner }, { key, asked, n: 1 }).then((found) => found?.url);

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
