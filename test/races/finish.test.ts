import { abortJob, deleteJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { cancelStatement } from '../../core/use-cases/cancel-statement.ts';
import { cleanUpJob, cleanUpRun } from '../../core/use-cases/clean-up-job.ts';
import { readFile, readResults } from '../../core/use-cases/read-results.ts';
import { manifestKey, runPrefix } from '../../core/results/location.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

async function running(body = {}) {
  const world = makeWorld();
  const job = await world.create(acme, body);
  await admitJob(world.deps, run(job), world.requestOf(job));
  return { world, job };
}

const presigner = {
  download: (key: string) => Promise.resolve({ url: `https://s3/${key}`, expires_at: '2026-11-22T11:00:00.000Z' }),
};

it('an event that comes twice ends the job once', async () => {
  const { world, job } = await running();
  const statement = world.endStatement(job, 'FINISHED');
  expect((await world.deliver(statement)).outcome).toBe('written');
  world.wait(60);
  const ended = world.job(job);
  expect((await world.deliver(statement)).outcome).toBe('settled');
  expect(world.job(job)).toEqual(ended);
  expect(world.counted).toEqual({ JobsCompleted: 1 });
});

it('an event that beats the record of its own statement ends the job, and the late record changes nothing', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  const { submit } = world.deps.warehouse;
  world.deps.warehouse.submit = async (statement) => {
    const submitted = await submit.call(world.deps.warehouse, statement);
    await world.deliver(world.endStatement(job, 'FINISHED'));
    return submitted;
  };
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', statement_id: world.statementOf(job).id });
  expect(world.tables.cluster.size).toBe(0);
});

it('rows are counted from the manifest, without its header lines', async () => {
  const { world, job } = await running();
  await world.deliver(world.endStatement(job, 'FINISHED', 41));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 41, files: 1, bytes: 30 });
});

it('zero rows that left nothing behind still get a manifest', async () => {
  const { world, job } = await running({ content_type: 'JSON' });
  const { id } = world.statementOf(job);
  world.deps.warehouse.end(id, 'FINISHED');
  await world.deliver(world.statementOf(job));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 0, files: 0 });
  expect(await world.deps.results.manifest(manifestKey(job))).toEqual({ entries: [] });
});

it('an event that comes again after its job is gone leaves no manifest behind', async () => {
  const { world, job } = await running({ content_type: 'JSON' });
  world.deps.warehouse.end(world.statementOf(job).id, 'FINISHED');
  const statement = world.statementOf(job);
  await world.deliver(statement);
  const ended = world.job(job);
  await deleteJob(world.deps, job);
  await cleanUpJob(world.deps, ended, 'deleted');
  expect((await world.deliver(statement)).outcome).toBe('gone');
  expect(await world.deps.results.files('results/')).toEqual([]);
});

it('files without a manifest are no result: the job fails rather than to guess', async () => {
  const { world, job } = await running();
  world.deps.results.put(`${runPrefix(job)}0000_part_00.csv`, 'a\n1\n');
  world.deps.warehouse.end(world.statementOf(job).id, 'FINISHED');
  await world.deliver(world.statementOf(job));
  expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'RESULT_LOST', retryable: true } });
});

it('a failure keeps the words of the warehouse and the position in the query as it was sent', async () => {
  const { world, job } = await running({ query: 'SELECT nope FROM t LIMIT 3' });
  const position = 'SELECT * FROM (\nSELECT '.length + 1;
  await world.deliver(
    world.endStatement(job, 'FAILED', 0, `ERROR: column "nope" does not exist in t\n  Position: ${position}`),
  );
  expect(world.job(job)).toMatchObject({ state: 'Failed', error: { category: 'validation', retryable: false } });
  const failed = world.job(job);
  if (failed.state !== 'Failed') throw new Error('not failed');
  expect(failed.error.message).toContain('nope');
  expect(failed.error.details.position).toBe('SELECT '.length + 1);
});

it('the race of a cancellation against completion is won by the cancellation that was accepted', async () => {
  const { world, job } = await running();
  const statement = world.endStatement(job, 'FINISHED');
  await abortJob(world.deps, job, 'key');
  await world.deliver(statement);
  expect(world.job(job).state).toBe('Aborted');
  expect(world.tables.cluster.size).toBe(0);
});

it('a cancellation after completion is refused, and the result stays', async () => {
  const { world, job } = await running();
  await world.deliver(world.endStatement(job, 'FINISHED'));
  await expect(abortJob(world.deps, job, 'key')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  expect(world.job(job).state).toBe('JobComplete');
});

it('a cancelled statement that the warehouse has forgotten ends the job all the same', async () => {
  const { world, job } = await running();
  const { id } = world.statementOf(job);
  await abortJob(world.deps, job, 'key');
  world.deps.warehouse.forget(id);
  await cancelStatement(world.deps, run(job), id);
  expect(world.job(job).state).toBe('Aborted');
});

it('a running job can not be deleted; a finished one leaves no file and no request behind', async () => {
  const { world, job } = await running();
  await expect(deleteJob(world.deps, job)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await world.deliver(world.endStatement(job, 'FINISHED'));
  await deleteJob(world.deps, job);
  await cleanUpJob(world.deps, job, 'deleted');
  await cleanUpJob(world.deps, job, 'deleted');
  expect(await world.deps.results.files('results/')).toEqual([]);
  expect(world.tables.requests.size).toBe(0);
  expect(world.tables.jobs.size).toBe(0);
});

it('what a run wrote before it was cancelled is removed, and other runs keep theirs', async () => {
  const { world, job } = await running();
  world.deps.results.put(`${runPrefix(job)}0000_part_00.csv`, 'half of it');
  world.deps.results.put(`${runPrefix({ ...job, attempt: 2 })}0000_part_00.csv`, 'another run');
  await abortJob(world.deps, job, 'key');
  await world.deliver(world.endStatement(job, 'ABORTED'));
  await cleanUpRun(world.deps, run(job));
  expect((await world.deps.results.files('results/')).map((file) => file.key)).toEqual([
    `${runPrefix({ ...job, attempt: 2 })}0000_part_00.csv`,
  ]);
});

it('the clean-up of one job leaves those alone whose names begin alike', async () => {
  const { world, job } = await running();
  await world.deliver(world.endStatement(job, 'FINISHED'));
  world.deps.results.put(`results/acme-2/${job.job_id}/1/file`, 'x');
  await cleanUpJob(world.deps, job, 'deleted');
  expect((await world.deps.results.files('results/')).map((file) => file.key)).toEqual([
    `results/acme-2/${job.job_id}/1/file`,
  ]);
});

describe('results', () => {
  const read = (world: Awaited<ReturnType<typeof running>>['world'], job: Parameters<typeof run>[0]) =>
    readResults({ ...world.deps, presigner }, { key: job, limit: 100, after: 0, base: '/v1' });

  it('are refused before the end, and gone after they have expired', async () => {
    const { world, job } = await running();
    await expect(read(world, job)).rejects.toMatchObject({ code: 'RESULTS_NOT_READY' });
    await world.deliver(world.endStatement(job, 'FINISHED'));
    expect(await read(world, job)).toMatchObject({ rows: 3, file_count: 1, files: [{ n: 1, rows: 3 }] });
    world.wait(7 * 86_400);
    await expect(read(world, job)).rejects.toMatchObject({ code: 'RESULTS_EXPIRED' });
  });

  it('never sign for a file that the manifest names outside of the run', async () => {
    const { world, job } = await running();
    await world.deliver(world.endStatement(job, 'FINISHED'));
    for (const url of [
      's3://results/results/other/secret.csv',
      's3://elsewhere/x',
      `s3://results/${runPrefix(job)}../../x`,
    ]) {
      world.deps.results.put(
        manifestKey(job),
        JSON.stringify({ entries: [{ url, meta: { content_length: 1, record_count: 2 } }] }),
      );
      await expect(read(world, job)).rejects.toThrow(/outside|another run/);
    }
  });

  it('have no file 0 and none behind the last', async () => {
    const { world, job } = await running();
    await world.deliver(world.endStatement(job, 'FINISHED'));
    const file = (n: number) => readFile({ ...world.deps, presigner }, job, n);
    expect(await file(1)).toMatchObject({ url: expect.stringContaining('0000_part_00.csv') as unknown });
    await expect(file(2)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
