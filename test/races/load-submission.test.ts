import { uploadKey } from '../../core/load/upload-keys.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { resubmitRun } from '../../core/use-cases/submit-run.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import { makeLoadWorld, onceTaken } from './load-world.ts';
import { run, tenant } from './world.ts';

const acme = tenant('acme');

describe('a submission whose answer was lost, when it can no longer be repeated', () => {
  /** The batch was taken; then its table was dropped, or a file of it deleted. */
  async function lost(gone: 'table' | 'file') {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    onceTaken(world.deps, () => ({ outcome: 'later', cause: 'no answer' }));
    await admitJob(world.deps, run(job));
    if (gone === 'table') world.deps.tables.columns = () => Promise.resolve({ outcome: 'described', columns: [] });
    else world.deps.inspector.files.delete(uploadKey(job, 1));
    return { world, job: world.job(job) };
  }

  it.each(['table', 'file'] as const)(
    'because its %s is gone: the statement is found and the load is what that one makes of it, never Failed',
    async (gone) => {
      const { world, job } = await lost(gone);
      world.commit(job);
      await resubmitRun(world.deps, run(job));
      expect(world.job(job)).toMatchObject({ state: 'InProgress', statement_id: world.statementOf(job).id });
      world.wait(61);
      await sweep(world.deps);
      expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 2, attempt: 1 });
      expect(world.committed).toHaveLength(1);
    },
  );

  it('and the warehouse can’t tell what it has: the run waits for the next sweep', async () => {
    const { world, job } = await lost('table');
    world.deps.warehouse.hideNext('throttled');
    await admitJob(world.deps, run(job));
    expect(world.job(job)).toEqual(job);
    await admitJob(world.deps, run(job));
    expect(world.job(job)).toHaveProperty('statement_id');
  });

  it('and that never arrived: the load fails for what is wrong with it', async () => {
    const { world, job } = await lost('file');
    world.deps.warehouse.forget(world.statementOf(job).id);
    await resubmitRun(world.deps, run(job));
    expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'FILE_CHANGED' } });
    expect(world.tables.cluster.size).toBe(0);
  });

  it('of two deliveries at once, one that finds the table gone does not fail what the other has submitted', async () => {
    const { world, job } = await lost('table');
    const { find } = world.deps.warehouse;
    world.deps.warehouse.find = async () => {
      world.deps.warehouse.find = find;
      await admitJob(world.deps, run(job));
      expect(world.job(job)).toHaveProperty('statement_id');
      return { outcome: 'none' };
    };
    await resubmitRun(world.deps, run(job));
    expect(world.job(job)).toMatchObject({ state: 'InProgress', statement_id: world.statementOf(job).id });
  });

  it('that is answered only after the run was given up is cancelled', async () => {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    onceTaken(world.deps, async (taken) => {
      world.wait(8 * 3600);
      await sweep(world.deps);
      expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'SUBMISSION_LOST' } });
      return taken;
    });
    await admitJob(world.deps, run(job));
    expect(world.statementOf(run(job)).report.state).toBe('ABORTED');
  });
});
