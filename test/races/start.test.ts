import { abortJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { cancelStatement } from '../../core/use-cases/cancel-statement.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

it('a stream record that comes twice submits one statement and takes one place', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.deps.warehouse.statements).toHaveLength(1);
  expect(world.tables.cluster.size).toBe(1);
});

it('a stream record that comes after the job has ended does nothing', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await world.deliver(world.endStatement(job, 'FINISHED'));
  const ended = world.job(job);
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job)).toEqual(ended);
  expect(world.deps.warehouse.statements).toHaveLength(1);
  expect(world.tables.cluster.size).toBe(0);
});

it('a crash between admission and submission is made good by the next delivery', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext(new Error('process died'));
  await expect(admitJob(world.deps, run(job), world.requestOf(job))).rejects.toThrow('process died');
  expect(world.job(job).state).toBe('InProgress');
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job)).toMatchObject({ state: 'InProgress', statement_id: world.statementOf(job).id });
});

it('a reply that was lost after submission does not run the statement twice', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  const { write } = world.deps.jobs;
  let lost = false;
  world.deps.jobs.write = (change) => {
    if (lost || change.set.statement_id === undefined) return write.call(world.deps.jobs, change);
    lost = true;
    return Promise.reject(new Error('reply lost'));
  };
  await expect(admitJob(world.deps, run(job), world.requestOf(job))).rejects.toThrow('reply lost');
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.deps.warehouse.statements).toHaveLength(1);
  expect(world.job(job)).toMatchObject({ statement_id: world.statementOf(job).id });
});

it('a job that was cancelled while it waited is never submitted', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await abortJob(world.deps, job, 'key', 'mistake');
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.deps.warehouse.statements).toHaveLength(0);
  expect(world.job(job)).toMatchObject({ state: 'Aborted', reason: 'mistake', cancelled_by: 'key' });
});

it('a cancellation between admission and submission still reaches the statement', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  const { submit } = world.deps.warehouse;
  world.deps.warehouse.submit = async (statement) => {
    await abortJob(world.deps, job, 'key');
    await cancelStatement(world.deps, run(job), undefined);
    return submit.call(world.deps.warehouse, statement);
  };
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.statementOf(job).report.state).toBe('ABORTED');
  await world.deliver(world.statementOf(job));
  expect(world.job(job).state).toBe('Aborted');
});

it('a full warehouse fails no job: it stays accepted and is submitted later', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext({ outcome: 'later', cause: 'ActiveStatementsExceededException' });
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job).state).toBe('InProgress');
  expect(world.deps.warehouse.statements).toHaveLength(0);
});

it('a statement that Redshift will never take fails the job and frees its place', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext({ outcome: 'refused', message: 'Redshift endpoint does not exist' });
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job).state).toBe('Failed');
  expect(world.tables.cluster.size).toBe(0);
});

it('a request whose query the guard no longer accepts is refused again before it runs', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), { ...world.requestOf(job), query: 'DROP TABLE t' });
  expect(world.deps.warehouse.statements).toHaveLength(0);
  expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'QUERY_REFUSED', category: 'validation' } });
});
