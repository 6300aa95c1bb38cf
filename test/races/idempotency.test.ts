import type { StoredAnswer } from '../../contract/records.ts';
import { type Claim, claimOf } from '../../core/idempotency/claim.ts';
import { type Act, type Turn, largestAnswer, once } from '../../core/idempotency/once.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { IdempotencyStore } from '../../core/ports.ts';
import { ProblemError } from '../../core/problem-error.ts';
import { abortInTurn, attemptOf, deleteInTurn, retryInTurn } from '../../core/use-cases/keyed-verbs.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');
type World = ReturnType<typeof makeWorld>;
type Verb = (world: World, job: Job, turn: Turn) => Promise<StoredAnswer>;

const answerOf = (job: Job): StoredAnswer => ({
  statusCode: 202,
  headers: { etag: `${job.state}.${job.attempt}` },
  body: JSON.stringify(job),
});
const verbs = {
  retry: async (world, job, turn) => answerOf(await retryInTurn(world.deps, job, turn)),
  abort: async (world, job, turn) => answerOf(await abortInTurn(world.deps, job, 'key', turn)),
  delete: async (world, job, turn) => {
    await deleteInTurn(world.deps, job, turn);
    return { statusCode: 204, headers: {}, body: '' };
  },
} satisfies Record<string, Verb>;
type VerbName = keyof typeof verbs;

const claim = (world: World, job: Job, verb: VerbName, key = 'key-1'): Claim =>
  claimOf(world.deps.hasher, { tenant_id: acme, key, asked: `POST /bulk/jobs/${job.job_id}/${verb}`, body: undefined });

function send(world: World, job: Job, verb: VerbName, key?: string) {
  const act: Act = { attempt: attemptOf(world.deps, job), run: (turn) => verbs[verb](world, job, turn) };
  return once(world.deps, claim(world, job, verb, key), act);
}

const died = new Error('the process died');
type Fault = 'before it is done' | 'after it is done' | 'after an error of the engine';

/** A first request whose process dies at a named point: nothing that it would have written afterwards is written. */
async function dieAt(world: World, job: Job, verb: VerbName, fault: Fault): Promise<void> {
  const dead = (): Promise<void> => Promise.reject(died);
  const { idempotency } = world.deps;
  const store: IdempotencyStore = {
    begin: (...input) => idempotency.begin(...input),
    takeOver: (...input) => idempotency.takeOver(...input),
    keep: dead,
    forget: dead,
    expire: dead,
  };
  const act: Act = {
    attempt: attemptOf(world.deps, job),
    run: async (turn) => {
      if (fault !== 'before it is done') await verbs[verb](world, job, turn);
      throw died;
    },
  };
  const deps = fault === 'after an error of the engine' ? world.deps : { ...world.deps, idempotency: store };
  await expect(once(deps, claim(world, job, verb), act)).rejects.toBe(died);
}

async function failedJob(): Promise<{ world: World; job: Job }> {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await world.deliver(world.endStatement(job, 'FAILED', 0, 'ERROR: disk full'));
  return { world, job: world.job(job) };
}

const settled = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((each) =>
    each.status === 'fulfilled' ? each.value : (each.reason as unknown),
  );

describe.each<VerbName>(['retry', 'delete'])('%s of a failed job', (verb) => {
  it('is done once and answered alike to every repeat, whatever has become of the job since', async () => {
    const { world, job } = await failedJob();
    const first = await send(world, job, verb);
    if (verb === 'retry') await send(world, job, 'abort', 'another');
    world.wait(23 * 3600);
    expect(await send(world, job, verb)).toEqual({ answer: first.answer, replayed: true });
  });

  it.each<Fault>(['before it is done', 'after it is done'])(
    'whose first request died %s is refused while its lease runs, and then done by a repeat, once',
    async (fault) => {
      const { world, job } = await failedJob();
      await dieAt(world, job, verb, fault);
      await expect(send(world, job, verb)).rejects.toMatchObject({
        code: 'IDEMPOTENCY_IN_PROGRESS',
        facts: { retry_after: 1 },
      });
      world.wait(20);
      await expect(send(world, job, verb)).rejects.toMatchObject({ facts: { retry_after: 10 } });
      world.wait(10);
      const taken = await send(world, job, verb);
      expect(taken).toMatchObject({ replayed: false, answer: { statusCode: verb === 'retry' ? 202 : 204 } });
      expect(await send(world, job, verb)).toEqual({ answer: taken.answer, replayed: true });
      if (verb === 'retry') expect(world.job(job)).toMatchObject({ state: 'UploadComplete', attempt: 2 });
      else expect(world.tables.jobs.size).toBe(0);
    },
  );

  it('that failed unforeseen after it was done is taken over at once', async () => {
    const { world, job } = await failedJob();
    await dieAt(world, job, verb, 'after an error of the engine');
    expect(await send(world, job, verb)).toMatchObject({ replayed: false });
  });

  it('of many repeats that take over at once one does it, and the others are asked to wait', async () => {
    const { world, job } = await failedJob();
    await dieAt(world, job, verb, 'after it is done');
    world.wait(30);
    const outcomes = await settled([1, 2, 3, 4].map(() => send(world, job, verb)));
    const codes = outcomes.map((each) => (each instanceof ProblemError ? each.code : 'done'));
    expect(codes.toSorted()).toEqual([
      'IDEMPOTENCY_IN_PROGRESS',
      'IDEMPOTENCY_IN_PROGRESS',
      'IDEMPOTENCY_IN_PROGRESS',
      'done',
    ]);
  });
});

describe('a retry that is taken over', () => {
  it('begins no second run, although the run that it had begun has failed meanwhile', async () => {
    const { world, job } = await failedJob();
    await dieAt(world, job, 'retry', 'after it is done');
    const second = world.job(job);
    await admitJob(world.deps, run(second));
    await world.deliver(world.endStatement(second, 'FAILED', 0, 'ERROR: disk full'));
    world.wait(30);
    await send(world, job, 'retry');
    expect(world.job(job)).toMatchObject({ state: 'Failed', attempt: 2 });
    expect(world.deps.warehouse.statements).toHaveLength(2);
  });

  it('begins no second run either when the one who took over was refused in between', async () => {
    const { world, job } = await failedJob();
    await dieAt(world, job, 'retry', 'after it is done');
    const second = world.job(job);
    await admitJob(world.deps, run(second));
    await world.deliver(world.endStatement(second, 'FAILED', 0, 'ERROR: disk full'));
    world.wait(30);
    const refusal = new ProblemError('BACKLOG_FULL', 'full');
    const refuse: Act = { attempt: attemptOf(world.deps, job), run: () => Promise.reject(refusal) };
    await expect(once(world.deps, claim(world, job, 'retry'), refuse)).rejects.toBe(refusal);
    await send(world, job, 'retry');
    expect(world.job(job)).toMatchObject({ state: 'Failed', attempt: 2 });
  });
});

it('an abort that is taken over does not cancel a run that somebody began since', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await dieAt(world, job, 'abort', 'after it is done');
  await retryJob(world.deps, job);
  world.wait(30);
  await send(world, job, 'abort');
  expect(world.job(job)).toMatchObject({ state: 'UploadComplete', attempt: 2 });
});

it('a delete that is taken over answers 404 for a job that never was', async () => {
  const { world, job } = await failedJob();
  const missing = { ...job, tenant_id: tenant('other') };
  await dieAt(world, missing, 'delete', 'before it is done');
  world.wait(30);
  await expect(send(world, missing, 'delete')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
});

it('doubles at once begin one run; who does not do it is told to wait or gets the same answer', async () => {
  const { world, job } = await failedJob();
  const outcomes = await settled([1, 2, 3, 4, 5].map(() => send(world, job, 'retry')));
  const done = outcomes.filter((each) => !(each instanceof ProblemError));
  expect(done.length).toBeGreaterThanOrEqual(1);
  for (const each of outcomes) {
    if (each instanceof ProblemError) expect(each.code).toBe('IDEMPOTENCY_IN_PROGRESS');
  }
  expect(world.job(job).attempt).toBe(2);
});

it('a refusal is not remembered: the same request succeeds once the job allows it', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await expect(send(world, job, 'retry')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await send(world, job, 'abort', 'another');
  expect(await send(world, job, 'retry')).toMatchObject({ replayed: false, answer: { statusCode: 202 } });
});

it('a key of one verb is refused for another verb, another job and a create, and a key of a create for a verb', async () => {
  const { world, job } = await failedJob();
  const reused = { code: 'IDEMPOTENCY_KEY_REUSED' };
  await send(world, job, 'retry');
  await expect(send(world, job, 'delete')).rejects.toMatchObject(reused);
  const other = await world.create(acme);
  await expect(send(world, other, 'retry')).rejects.toMatchObject(reused);
  await expect(world.create(acme, {}, 'key-1')).rejects.toMatchObject(reused);
  await world.create(acme, {}, 'key-2');
  await expect(send(world, job, 'retry', 'key-2')).rejects.toMatchObject(reused);
});

it('what was done is answered, although its answer could not be kept; the repeat takes over', async () => {
  const { world, job } = await failedJob();
  const { idempotency } = world.deps;
  const store: IdempotencyStore = {
    begin: (...input) => idempotency.begin(...input),
    takeOver: (...input) => idempotency.takeOver(...input),
    keep: () => Promise.reject(died),
    forget: (use) => idempotency.forget(use),
    expire: (...input) => idempotency.expire(...input),
  };
  const act: Act = { attempt: attemptOf(world.deps, job), run: (turn) => verbs.retry(world, job, turn) };
  const first = await once({ ...world.deps, idempotency: store }, claim(world, job, 'retry'), act);
  expect(first.answer.headers.etag).toBe('UploadComplete.2');
  world.wait(30);
  expect((await send(world, job, 'retry')).answer).toEqual(first.answer);
});

it('an answer that is too large to be kept is given, and its key can be used again', async () => {
  const { world, job } = await failedJob();
  const answer = { statusCode: 200, headers: {}, body: 'x'.repeat(largestAnswer + 1) };
  const act: Act = { run: () => Promise.resolve(answer) };
  for (const _turn of [1, 2]) {
    expect(await once(world.deps, claim(world, job, 'retry'), act)).toEqual({ answer, replayed: false });
  }
});

it('a key is new again after 24 hours, and not before', async () => {
  const { world, job } = await failedJob();
  await send(world, job, 'retry');
  world.wait(24 * 3600 - 1);
  expect(await send(world, job, 'retry')).toMatchObject({ replayed: true });
  world.wait(2);
  await expect(send(world, job, 'retry')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
});

describe('a create', () => {
  it('answers a repeat with the job as it was, also when the job has been deleted since', async () => {
    const world = makeWorld();
    const first = await world.create(acme, {}, 'key-1');
    await send(world, first, 'abort', 'another');
    world.tables.jobs.clear();
    expect(await world.create(acme, {}, 'key-1')).toEqual(first);
    expect(world.tables.jobs.size).toBe(0);
  });

  it('counts once for the quota however often it is repeated, and a refused one never', async () => {
    const world = makeWorld();
    world.deps.jobsPerDay = 2;
    for (let repeat = 0; repeat < 5; repeat += 1) await world.create(acme, {}, 'key-1');
    await expect(world.create(acme, { query: 'DROP TABLE t' })).rejects.toMatchObject({ code: 'QUERY_REFUSED' });
    await world.create(acme);
    await expect(world.create(acme, {}, 'key-2')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await expect(world.create(acme, {}, 'key-1')).resolves.toBeDefined();
    await expect(world.create(tenant('other'))).resolves.toBeDefined();
    world.wait(24 * 3600);
    await expect(world.create(acme, {}, 'key-2')).resolves.toBeDefined();
  });
});
