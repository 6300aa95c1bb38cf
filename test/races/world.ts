import type { TargetColumn } from '../../core/load/target.ts';
import { MemoryTableCatalog } from '../../adapters/memory/table-catalog.ts';
import { MemoryUploadInspector } from '../../adapters/memory/upload-inspector.ts';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { MemoryAdmission } from '../../adapters/memory/admission.ts';
import { MemoryBacklog } from '../../adapters/memory/backlog.ts';
import { MemoryIdempotencyStore } from '../../adapters/memory/idempotency.ts';
import { MemoryJobStore } from '../../adapters/memory/job-store.ts';
import { MemoryResultStore } from '../../adapters/memory/result-store.ts';
import { MemoryTables } from '../../adapters/memory/tables.ts';
import { MemoryUploads } from '../../adapters/memory/uploads.ts';
import { MemoryWarehouse } from '../../adapters/memory/warehouse.ts';
import type { StatementEnd } from '../../contract/events.ts';
import { DeploymentName, JobId, TenantId } from '../../contract/ids.ts';
import { CreateJobBody } from '../../contract/jobs.ts';
import type { QueryRequest } from '../../contract/records.ts';
import { claimOf } from '../../core/idempotency/claim.ts';
import type { Job, JobKey } from '../../core/jobs/job.ts';
import { lowestIdAt } from '../../core/jobs/id-range.ts';
import { runId } from '../../core/jobs/job.ts';
import { parseStatementName } from '../../core/jobs/statement-name.ts';
import { manifestKey, runPrefix } from '../../core/results/location.ts';
import { BacklogRoom } from '../../core/rate-limit/backlog-room.ts';
import { admitWaiting } from '../../core/use-cases/admit-waiting.ts';
import { createJob } from '../../core/use-cases/create-job.ts';
import { finishRun } from '../../core/use-cases/finish-run.ts';

export const deployment = DeploymentName.parse('spectra');
export const tenant = (name: string) => TenantId.parse(name);

const bits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The domain on the fakes of adapters/memory, with a clock and ids that a test moves. */
/** What loads go into: a key, a name of at most ten bytes, and an amount. */
const accounts: TargetColumn[] = [
  { name: 'id', type: 'int4', nullable: false, has_default: false },
  { name: 'name', type: 'varchar', length: 10, nullable: true, has_default: false },
  { name: 'amount', type: 'numeric', precision: 10, scale: 2, nullable: true, has_default: false },
];

export function makeWorld(limits = { tenant: 5, cluster: 20 }) {
  const time = { now: Date.parse('2026-11-22T10:00:00.000Z') };
  const clock = { now: () => new Date(time.now) };
  let made = 0;
  let leases = 0;
  const ids = {
    jobId: (at: Date) => {
      made += 1;
      const counted = `${bits.charAt(made >> 10)}${bits.charAt((made >> 5) & 31)}${bits.charAt(made & 31)}`;
      return JobId.parse(`${lowestIdAt(at).slice(0, -3)}${counted}`);
    },
    leaseId: () => `lease-${(leases += 1)}`,
  };
  const tables = new MemoryTables();
  const counted: Record<string, number> = {};
  const telemetry = {
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    count: (metrics: Partial<Record<string, number>>) => {
      for (const [name, value] of Object.entries(metrics)) counted[name] = (counted[name] ?? 0) + (value ?? 0);
    },
  };
  const deps = {
    by: 'tester',
    jobs: new MemoryJobStore({ tables, clock }),
    admission: new MemoryAdmission({ tables }),
    warehouse: new MemoryWarehouse(),
    results: new MemoryResultStore('results'),
    uploads: new MemoryUploads(),
    hasher: new Sha256Hasher(),
    retention: { jobDays: 7, resultDays: 7 },
    unloadRole: 'default',
    maxFileSizeMb: 1024,
    loadSchemas: ['public'],
    markerSchema: 'spectra',
    tables: new MemoryTableCatalog({ 'public.accounts': accounts }),
    inspector: new MemoryUploadInspector(),
    jobsPerDay: 10_000,
    backlogRoom: new BacklogRoom(new MemoryBacklog({ tables }), clock, { most: 1000 }),
    idempotency: new MemoryIdempotencyStore({ tables }),
    graceSeconds: 60,
    timeoutHours: 24,
    deployment,
    limits,
    telemetry,
    clock,
    ids,
  };

  const requestOf = (job: JobKey): QueryRequest => {
    const request = tables.requests.get(`${job.tenant_id}/${job.job_id}`);
    if (request?.operation !== 'query') throw new Error('no request of a query');
    return request;
  };

  return {
    deps,
    tables,
    counted,
    wait: (seconds: number) => {
      time.now += seconds * 1000;
    },
    async create(tenant_id: TenantId, body: Partial<CreateJobBody> = {}, key?: string): Promise<Job> {
      time.now += 1;
      const asked = CreateJobBody.parse({ query: 'SELECT a FROM t', start: true, ...body });
      const claim =
        key === undefined ? undefined : claimOf(deps.hasher, { tenant_id, key, asked: 'POST /bulk/jobs', body: asked });
      return (await createJob(deps, { tenant_id, by: 'key', body: asked, claim })).job;
    },
    requestOf,
    job(key: JobKey): Job {
      const job = tables.job(key);
      if (!job) throw new Error('no job');
      return job;
    },
    statementOf(job: JobKey & { attempt: number }) {
      const found = deps.warehouse.statements.find(({ token }) => token === runId(job));
      if (!found) throw new Error('no statement');
      return found;
    },
    /** What the stream does after a change of the cluster's places. */
    wake: () =>
      admitWaiting(deps, {
        holders: tables.cluster.size,
        waiting: [...tables.waiting],
        last_tenant: tables.last_tenant,
      }),
    /** The statement ends in the warehouse; nobody hears of it yet. */
    endStatement(job: Job, state: StatementEnd, rows = 3, error?: string) {
      const statement = deps.warehouse.statements.find(({ token }) => token === runId(job));
      if (!statement) throw new Error('no statement');
      if (state === 'FINISHED') {
        const entry = {
          url: `s3://results/${runPrefix(job)}0000_part_00.csv`,
          meta: { content_length: 30, record_count: rows + 1 },
        };
        deps.results.put(`${runPrefix(job)}0000_part_00.csv`, 'a\n1\n2\n3\n');
        deps.results.put(manifestKey(job), JSON.stringify({ entries: [entry] }));
      }
      deps.warehouse.end(statement.id, state, error);
      return statement;
    },
    /** The event of an ended statement arrives. */
    deliver(statement: {
      id: Parameters<typeof finishRun>[1]['statement_id'];
      name: string;
      report: { state: string };
    }) {
      const label = parseStatementName(statement.name, deployment);
      if (!label) throw new Error('not ours');
      const state = statement.report.state as StatementEnd;
      return finishRun(deps, { ...label, statement_id: statement.id, state });
    },
  };
}

export const run = (job: Job) => ({ tenant_id: job.tenant_id, job_id: job.job_id, attempt: job.attempt });
