import { nameOf } from '../../../adapters/memory/tables.ts';
import type { RequestRecord } from '../../../contract/records.ts';
import { isFinished, type Job, type Run, runId } from '../../../core/jobs/job.ts';
import type { JobState } from '../../../contract/jobs.ts';
import { manifestKey } from '../../../core/results/location.ts';
import { Manifest } from '../../../contract/results.ts';
import { summarize } from '../../../core/results/manifest.ts';
import type { Fact } from './warehouse.ts';
import { limits, type World } from './world.ts';

/** DESIGN, "What must always hold", as far as one write can break it. Another feature adds its edges and rules here. */

/** What a state may become in one write. A retry, asked for or automatic, is an edge of another kind: it begins another run. */
const edges: Readonly<Record<JobState, readonly JobState[]>> = {
  Open: ['UploadComplete', 'Aborted'],
  UploadComplete: ['InProgress', 'Aborted'],
  InProgress: ['InProgress', 'JobComplete', 'Failed', 'Aborted'],
  JobComplete: [],
  Failed: [],
  Aborted: [],
};

const born: readonly JobState[] = ['Open', 'UploadComplete'];
const isRetry = (before: Job, after: Job): boolean =>
  (before.state === 'Failed' || before.state === 'Aborted') &&
  after.state === 'UploadComplete' &&
  after.attempt === before.attempt + 1;

/** A run that failed for a passing reason is followed by another of the service's own accord. */
const isAutomaticRetry = (world: World, before: Job, after: Job): boolean =>
  before.state === 'InProgress' &&
  after.state === 'UploadComplete' &&
  after.attempt === before.attempt + 1 &&
  after.retry_at !== undefined &&
  !world.cancelled.has(runId(before)) &&
  factOf(world, before)?.passing === true;

/** Its pause is over, and not before its time. */
const isRequeued = (world: World, before: Job, after: Job): boolean =>
  before.state === 'UploadComplete' &&
  after.state === 'UploadComplete' &&
  before.attempt === after.attempt &&
  after.retry_at === undefined &&
  before.retry_at !== undefined &&
  Date.parse(before.retry_at) <= world.now;

const factOf = (world: World, run: Run): Fact | undefined =>
  world.warehouse.facts.findLast(({ run: of }) => runId(of) === runId(run));

const never = (what: string, job: Run & Partial<Job>): never => {
  throw new Error(`${what}: ${JSON.stringify(job)}`);
};

export function assertEdge(world: World, before: Job | undefined, after: Job | undefined): void {
  if (!after) {
    if (before && !isFinished(before.state) && before.state !== 'Open') never('an accepted job vanished', before);
    return;
  }
  if (!before) {
    if (!born.includes(after.state) || after.attempt !== 1) never('a job began half-way', after);
    return;
  }
  if (before.tenant_id !== after.tenant_id || before.created_at !== after.created_at)
    never('a job changed hands', after);
  if (isRetry(before, after) || isAutomaticRetry(world, before, after) || isRequeued(world, before, after)) return;
  if (before.attempt !== after.attempt || !edges[before.state].includes(after.state))
    never(`no edge leads from ${before.state} of run ${before.attempt}`, after);
  if (after.state === 'InProgress' && after.desired_state === 'Aborted') world.cancelled.add(runId(after));
  if (isFinished(after.state)) assertEnd(world, before, after);
}

/** The end of a run: it is what really happened. */
function assertEnd(world: World, before: Job, after: Job): void {
  const fact = factOf(world, after);
  const gaveUp = after.state === 'Failed' && after.error.code === 'SUBMISSION_LOST';
  if (fact && world.warehouse.isActive(fact) && !gaveUp) never('the run ended, and its statement runs on', after);
  const isLoaded = after.load !== undefined && after.state === 'JobComplete';
  if (world.cancelled.has(runId(after)) && after.state !== 'Aborted' && !isLoaded)
    never('an accepted cancellation was lost', after);
  if (after.load) assertLoadEnd(world, after, fact);
  else if (after.state === 'JobComplete') assertComplete(world, after, fact);
  if (after.state === 'Failed') assertFailed(world, before, after, fact);
}

function assertComplete(world: World, job: Extract<Job, { state: 'JobComplete' }>, fact: Fact | undefined): void {
  if (fact?.statement.report.state !== 'FINISHED') never('complete, but its statement did not finish', job);
  if (fact?.rows !== job.rows) never(`complete with ${job.rows} rows instead of ${fact?.rows ?? '?'}`, job);
  assertResult(world, job);
}

/** @throws Error unless there is a manifest, with as many rows as the job says */
export function assertResult(world: World, job: Extract<Job, { state: 'JobComplete' }>): void {
  const text = world.results.textOf(manifestKey(job));
  if (text === undefined) return never('complete without a manifest', job);
  const { rows } = summarize(Manifest.parse(JSON.parse(text)), job.content_type);
  if (rows !== job.rows) never(`the manifest has ${rows} rows`, job);
}

/** A load is complete if and only if it was committed, and by the figures of the run that was. */
function assertLoadEnd(world: World, job: Job, fact: Fact | undefined): void {
  const committed = world.loads.committed.get(nameOf(job));
  if (job.state === 'JobComplete') {
    if (!committed) return never('complete, but nothing was committed', job);
    const { attempt, counts } = committed;
    const told = { attempt: job.result_attempt ?? job.attempt, processed: job.rows, failed: job.failed_rows };
    if (told.attempt !== attempt || told.processed !== counts.processed || told.failed !== counts.failed)
      never(`tells of other rows than ${JSON.stringify(committed)}`, job);
  } else if (committed?.attempt === job.attempt && fact?.lied !== true && fact?.forgotten !== true)
    never('committed, but not complete', job);
}

/** What a load was closed with never changes. */
export function assertPins(before: RequestRecord | undefined, after: RequestRecord | undefined): void {
  if (!before || !after || before.operation === 'query' || after.operation === 'query') return;
  if (before.uploads && JSON.stringify(before) !== JSON.stringify(after))
    throw new Error(`Pinned files changed: ${JSON.stringify(after)}`);
}

const hours = (world: World, since: string): number => (world.now - Date.parse(since)) / 3_600_000;

/** Nothing fails for want of room, of luck or of a delivery: each failure has a cause in the warehouse, or in time. */
function assertFailed(
  world: World,
  before: Job,
  after: Extract<Job, { state: 'Failed' }>,
  fact: Fact | undefined,
): void {
  const running = before.state === 'InProgress' ? hours(world, before.started_at) : 0;
  const reasons: Partial<Record<string, boolean>> = {
    JOB_TIMEOUT: running > 24,
    SUBMISSION_LOST: fact?.forgotten === true || running > 7,
    QUERY_CANCELLED: fact?.byAdministrator === true,
    // Without a statement: a load whose table was dropped.
    RELATION_NOT_FOUND: fact === undefined ? after.load !== undefined : fact.statement.report.state === 'FAILED',
  };
  const justified = reasons[after.error.code] ?? fact?.statement.report.state === 'FAILED';
  if (!justified) never('failed without a cause', after);
}

/** A statement is begun for a run that is admitted and not over, and once. */
export function assertMayRun(world: World, run: Run): void {
  const job = world.tables.job(run);
  if (job?.state !== 'InProgress' || job.attempt !== run.attempt)
    never('a statement was begun for no running run', run);
  if (factOf(world, run)) never('a second statement was begun for one run', run);
}

/** After every write: the places are held by what runs, by nothing else, and are never too many. */
export function assertPlaces({ tables }: World): void {
  const running = [...tables.jobs].filter(([, job]) => job.state === 'InProgress').map(([name]) => name);
  const same = (holders: ReadonlyMap<string, unknown>) =>
    holders.size === running.length && running.every((name) => holders.has(name));
  if (!same(tables.cluster) || !same(tables.tenants))
    throw new Error(`${running.join()} run, ${[...tables.cluster.keys()].join()} hold the places`);
  if (tables.cluster.size > limits.cluster) throw new Error('More run than the cluster has places');
  const perTenant = Map.groupBy(tables.tenants.values(), ({ tenant_id }) => tenant_id);
  for (const [tenant, { length }] of perTenant)
    if (length > limits.tenant) throw new Error(`${tenant} has ${length} places`);
}
