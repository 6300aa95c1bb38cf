import { warningsOf } from '../../core/jobs/warnings.ts';
import { uploadKey } from '../../core/load/upload-keys.ts';
import { runPrefix, rowsManifestKey } from '../../core/results/location.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { abortJob } from '../../core/use-cases/change-job.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { resubmitRun } from '../../core/use-cases/submit-run.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import { makeLoadWorld, rowsOf, onceTaken } from './load-world.ts';
import { run, tenant } from './world.ts';

const acme = tenant('acme');
describe('a stream record that comes twice', () => {
  it('at once makes one statement', async () => {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    await Promise.all([1, 2, 3].map(() => admitJob(world.deps, run(job))));
    expect(world.deps.warehouse.statements).toHaveLength(1);
    expect(world.job(job)).toMatchObject({ state: 'InProgress', statement_id: world.statementOf(run(job)).id });
  });

  it('while the load runs, and after it, does nothing', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    await admitJob(world.deps, run(job));
    const statement = world.commit(job);
    await admitJob(world.deps, run(job));
    await world.deliver(statement);
    const ended = world.job(job);
    await admitJob(world.deps, run(job));
    expect((await world.deliver(statement)).outcome).toBe('settled');
    expect(world.job(job)).toEqual(ended);
    expect(world.committed).toEqual([`${job.job_id}.1`]);
    expect(world.deps.warehouse.statements).toHaveLength(1);
  });
});

describe('a crash between the submission and its record', () => {
  async function crashed() {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    onceTaken(world.deps, () => Promise.reject(new Error('killed')));
    await expect(admitJob(world.deps, run(job))).rejects.toThrow('killed');
    expect(world.job(job)).not.toHaveProperty('statement_id');
    return { world, job: world.job(job) };
  }

  it('is made up for by the same record: the statement that exists is recorded', async () => {
    const { world, job } = await crashed();
    await admitJob(world.deps, run(job));
    expect(world.deps.warehouse.statements).toHaveLength(1);
    await world.deliver(world.commit(job));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 2, attempt: 1 });
  });

  it('is made up for by the sweep where the record is lost as well', async () => {
    const { world, job } = await crashed();
    world.wait(61);
    await sweep(world.deps);
    expect(world.job(job)).toHaveProperty('resubmit_at');
    await resubmitRun(world.deps, run(job));
    expect(world.job(job)).toMatchObject({ statement_id: world.statementOf(job).id });
    expect(world.deps.warehouse.statements).toHaveLength(1);
  });

  it('is no matter when the load has been committed by then', async () => {
    const { world, job } = await crashed();
    await world.deliver(world.commit(job));
    await resubmitRun(world.deps, run(job));
    await admitJob(world.deps, run(job));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 2 });
    expect(world.deps.warehouse.statements).toHaveLength(1);
  });
});

describe('a load that was committed, though its answer was lost,', () => {
  const lost = 'ERROR: server closed the connection unexpectedly';

  it('and that is taken for failed is recognised by its retry, and complete by the counts of the run before', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    world.commit(job, { processed: 1, failed: 1 });
    await world.deliver(world.fail(job, lost));
    expect(world.job(job).state).toBe('Failed');
    const again = await retryJob(world.deps, job);
    await admitJob(world.deps, run(again));
    await world.deliver(world.commit(again));
    expect(world.committed).toEqual([`${job.job_id}.1`]);
    expect(world.job(job)).toMatchObject({
      state: 'JobComplete',
      attempt: 2,
      result_attempt: 1,
      rows: 1,
      failed_rows: 1,
    });
    expect(await rowsOf(world, job, 'failed')).toContain(`/${job.job_id}/1/failed`);
    expect(warningsOf(world.job(job)).map(({ code }) => code)).toEqual(['ROWS_REJECTED']);
  });

  it('is recognised by the run that the service begins of its own accord', async () => {
    const world = makeLoadWorld({ attempts: 2 });
    const job = await world.running(acme);
    world.commit(job);
    await world.deliver(world.fail(job, 'ERROR: 1023 Serializable isolation violation'));
    expect(world.job(job)).toMatchObject({ state: 'UploadComplete', attempt: 2 });
    world.wait(60);
    await sweep(world.deps);
    await world.wake();
    await world.deliver(world.commit(world.job(job)));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, result_attempt: 1, rows: 2 });
    expect(world.committed).toHaveLength(1);
  });

  it('and that the warehouse has forgotten is taken for lost, and recognised by its retry', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    world.deps.warehouse.forget(world.commit(job).id);
    world.wait(61);
    await sweep(world.deps);
    expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'SUBMISSION_LOST', retryable: true } });
    const again = await retryJob(world.deps, job);
    await admitJob(world.deps, run(again));
    await world.deliver(world.commit(again));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', result_attempt: 1, rows: 2 });
    expect(world.committed).toHaveLength(1);
  });

  it('is told by the run that was committed, not by one before it that had written its files and was rolled back', async () => {
    const world = makeLoadWorld();
    let job = await world.running(acme);
    world.writeFiles(job, { processed: 9, failed: 9 });
    await world.deliver(world.fail(job, 'ERROR: disk full', 'apply'));
    job = await retryJob(world.deps, job);
    await admitJob(world.deps, run(job));
    world.commit(job, { processed: 2, failed: 1 });
    await world.deliver(world.fail(job, lost));
    job = await retryJob(world.deps, job);
    await admitJob(world.deps, run(job));
    await world.deliver(world.commit(job));
    expect(world.job(job)).toMatchObject({ attempt: 3, result_attempt: 2, rows: 2, failed_rows: 1 });
    expect(world.committed).toEqual([`${job.job_id}.2`]);
  });

  it('and that was cancelled while it was run again is complete all the same', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    world.commit(job);
    await world.deliver(world.fail(job, lost));
    const again = await retryJob(world.deps, job);
    await admitJob(world.deps, run(again));
    await abortJob(world.deps, job, 'key');
    await world.deliver(world.commit(again));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', result_attempt: 1 });
  });

  it('and whose files are lost as well is complete, and says that its counts are lost', async () => {
    for (const broken of [undefined, JSON.stringify({ entries: [{ url: 'x', meta: { content_length: 1 } }] })]) {
      const world = makeLoadWorld();
      const job = await world.running(acme);
      const statement = world.commit(job);
      if (broken === undefined) await world.deps.results.removeAll(runPrefix(job));
      else world.deps.results.put(rowsManifestKey(job, 'good'), broken);
      await world.deliver(statement);
      expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 0, counted: false });
      expect(warningsOf(world.job(job))).toMatchObject([{ code: 'COUNTS_LOST', affected_records: null }]);
    }
  });
});

describe('a cancellation of a running load', () => {
  it('that comes before the commit ends it Aborted with the table as it was, and a retry loads', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    await abortJob(world.deps, job, 'key');
    expect(await world.deps.warehouse.cancel(world.statementOf(job).id)).toBe('cancelling');
    await world.deliver(world.statementOf(job));
    expect(world.job(job).state).toBe('Aborted');
    expect(world.committed).toEqual([]);
    const again = await retryJob(world.deps, job);
    await admitJob(world.deps, run(again));
    await world.deliver(world.commit(again));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, rows: 2 });
  });

  it('that comes after it loses, and gives the places back', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    const statement = world.commit(job);
    expect((await abortJob(world.deps, job, 'key')).state).toBe('InProgress');
    await world.deliver(statement);
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 2 });
    expect(world.job(job)).not.toHaveProperty('desired_state');
    expect([world.tables.cluster.size, world.tables.tenants.size]).toEqual([0, 0]);
  });

  it('by its time limit loses likewise', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    world.wait(25 * 3600);
    await sweep(world.deps);
    expect(world.job(job)).toMatchObject({ desired_state: 'Failed' });
    await world.deliver(world.commit(job));
    expect(world.job(job).state).toBe('JobComplete');
  });
});

describe('the sweep', () => {
  it('finds a load that has ended unheard of, and tells of it as its event would have', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme);
    const statement = world.commit(job, { processed: 1, failed: 1 });
    world.wait(61);
    await sweep(world.deps);
    const found = world.job(job);
    expect(found).toMatchObject({ state: 'JobComplete', rows: 1, failed_rows: 1 });
    expect((await world.deliver(statement)).outcome).toBe('settled');
    expect(world.job(job)).toEqual(found);
  });

  it('finds one that failed by its rows, with how many were rejected', async () => {
    const world = makeLoadWorld();
    const job = await world.running(acme, { all_or_nothing: true });
    world.writeFiles(job, { processed: 1, failed: 1 });
    world.fail(job, 'ERROR: division by zero', 'all_or_nothing');
    world.wait(61);
    await sweep(world.deps);
    expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'ROWS_REJECTED' }, failed_rows: 1 });
    expect(await rowsOf(world, job, 'unprocessed')).toContain('/1/good');
    expect(await rowsOf(world, job, 'failed')).toContain('/1/failed');
    expect(await rowsOf(world, job, 'successful')).toBeUndefined();
  });
});

it('a load whose run failed for a passing reason runs again by itself, with the files that it was closed with', async () => {
  const world = makeLoadWorld({ attempts: 3 });
  const job = await world.running(acme);
  await world.deliver(world.fail(job, 'ERROR: disk full', 'values'));
  expect(world.job(job)).toMatchObject({ state: 'UploadComplete', attempt: 2, last_error: { code: 'DISK_FULL' } });
  world.wait(300);
  await sweep(world.deps);
  await world.wake();
  const second = world.job(job);
  expect(world.statementOf(second).sql).toContain(`s3://results/${uploadKey(job, 1)}`);
  await world.deliver(world.commit(second));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, rows: 2, tries: 2 });
  expect(world.job(job)).not.toHaveProperty('result_attempt');
});
