import { fixedLimits } from '../../../contract/limits.ts';
import { isFinished } from '../../../core/jobs/job.ts';
import { nameOf } from '../../../adapters/memory/tables.ts';
import type { Handlers } from './handlers.ts';
import { type Answered, type ApiCall, callApi } from './http.ts';
import type { Invocation } from './invocation.ts';
import type { Known, World } from './world.ts';

/** What clients do, and what each answer promises. */
export const verbs = [
  'start',
  'abort',
  'abortByPost',
  'retry',
  'delete',
  'deleteByPost',
  'read',
  'results',
  'loaded',
  'rejected',
  'unprocessed',
  'runs',
  'list',
] as const;
export type Verb = (typeof verbs)[number];

const requestFor: Readonly<Record<Verb, (job: string) => Pick<ApiCall, 'method' | 'path' | 'body'>>> = {
  start: (job) => ({ method: 'PATCH', path: `/bulk/jobs/${job}`, body: { state: 'UploadComplete' } }),
  abort: (job) => ({ method: 'PATCH', path: `/bulk/jobs/${job}`, body: { state: 'Aborted', reason: 'why' } }),
  abortByPost: (job) => ({ method: 'POST', path: `/bulk/jobs/${job}/abort` }),
  retry: (job) => ({ method: 'POST', path: `/bulk/jobs/${job}/retry` }),
  delete: (job) => ({ method: 'DELETE', path: `/bulk/jobs/${job}` }),
  deleteByPost: (job) => ({ method: 'POST', path: `/bulk/jobs/${job}/delete` }),
  read: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}` }),
  results: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}/results` }),
  loaded: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}/successful-results` }),
  rejected: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}/failed-results` }),
  unprocessed: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}/unprocessed-results` }),
  runs: (job) => ({ method: 'GET', path: `/bulk/jobs/${job}/runs` }),
  list: () => ({ method: 'GET', path: '/bulk/jobs' }),
};

function refuse(what: string, { call, status, job }: Answered): never {
  throw new Error(`${what}: ${call.method} ${call.path} -> ${status} ${JSON.stringify(job)}`);
}

/** What a client may rely on when it was told that it worked. */
const promises: Partial<Record<Verb, (world: World, answer: Answered, asked: Known) => void>> = {
  start: (_world, answer) => {
    if (answer.job?.state === 'Open') refuse('started, but still open', answer);
  },
  abort: assertCancelled,
  abortByPost: assertCancelled,
  retry: (_world, answer) => {
    if ((answer.job?.attempt ?? 0) < 2) refuse('no second run', answer);
  },
  delete: assertGone,
  deleteByPost: assertGone,
};

function assertCancelled(world: World, answer: Answered, asked: Known): void {
  const { job } = answer;
  // A load that was committed by then is complete, whatever was promised.
  if (job?.state === 'JobComplete' && world.loads.committed.has(nameOf(asked))) return;
  if (job?.state === 'Aborted' || job?.desired_state === 'Aborted') return;
  // Somebody may have run it again since.
  const before = world.tables.runs.get(`${nameOf(asked)}/${(job?.attempt ?? 0) - 1}`);
  if (before?.state !== 'Aborted') refuse('told that it is cancelled, but it is not', answer);
}

function assertGone(world: World, answer: Answered, asked: Known): void {
  if (world.tables.job(asked)) refuse('deleted, but still there', answer);
  world.deleted.add(nameOf(asked));
}

/** A client asks something of a job, perhaps of one that is not its own. */
export function ask(
  handlers: Handlers,
  world: World,
  verb: Verb,
  tenant_id: Known['tenant_id'],
  job: Known,
): Invocation {
  return callApi(handlers, world, { tenant_id, ...requestFor[verb](job.job_id) }, (answer) => {
    if (answer.status >= 400) return;
    if (verb !== 'list' && job.tenant_id !== tenant_id) refuse("somebody else's job", answer);
    if (world.deleted.has(nameOf(job)) && answer.job) refuse('a job that was deleted', answer);
    if (answer.job && answer.job.is_finished !== isFinished(answer.job.state)) refuse('is_finished', answer);
    promises[verb]?.(world, answer, job);
  });
}

/** Less than a key is remembered for, by as long as an answer may take. */
const keyHours = fixedLimits.idempotency_hours.value - 1;

/** A client creates a job; with a key it may repeat itself, or contradict itself. */
export function create(
  handlers: Handlers,
  world: World,
  { tenant_id, key, body }: { tenant_id: Known['tenant_id']; key: string | undefined; body: object },
): Invocation {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  const call = { tenant_id, method: 'POST', path: '/bulk/jobs', body, headers };
  return callApi(handlers, world, call, (answer) => {
    if (!answer.job || key === undefined) return;
    const earlier = world.replays.get(`${tenant_id}/${key}`);
    const same = { body: JSON.stringify(body), job_id: answer.job.job_id, at: Date.parse(answer.job.created_at) };
    const isRemembered = earlier && world.now - earlier.at < keyHours * 3_600_000;
    if (isRemembered && (earlier.body !== same.body || earlier.job_id !== same.job_id))
      refuse('one key, two jobs', answer);
    world.replays.set(`${tenant_id}/${key}`, same);
  });
}
