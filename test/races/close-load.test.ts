import { uploadKey } from '../../core/load/upload-keys.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { abortJob, startJob } from '../../core/use-cases/change-job.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { makeLoadWorld, md5, rowsOf, twoRows } from './load-world.ts';
import { run, tenant } from './world.ts';

const acme = tenant('acme');

describe('closing', () => {
  it('twice at once pins once, though each found other files', async () => {
    const world = makeLoadWorld();
    const job = await world.create(acme);
    await world.upload(job);
    const { files } = world.deps.uploads;
    let listed = 0;
    world.deps.uploads.files = async (prefix) => {
      const found = await files.call(world.deps.uploads, prefix);
      if ((listed += 1) === 1) await world.upload(job, 2, 'id\n3\n');
      return found;
    };
    const [one, other] = await Promise.all([startJob(world.deps, job), startJob(world.deps, job)]);
    expect(listed).toBe(2);
    expect(other).toEqual(one);
    expect(world.pinned(job)).toHaveLength(one.uploads?.files ?? 0);
    const first = world.pinned(job);
    await world.upload(job, 3);
    expect(await startJob(world.deps, job)).toEqual(one);
    expect(world.pinned(job)).toEqual(first);
  });

  it('pins what lies there byte by byte, and a load takes those files alone', async () => {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    await world.upload(job, 2);
    const key = uploadKey(job, 1);
    expect(world.pinned(job)).toEqual([{ file: 1, key, bytes: Buffer.byteLength(twoRows), etag: md5(twoRows) }]);
    await admitJob(world.deps, run(job));
    const { sql } = world.statementOf(run(job));
    expect(sql).toContain(`s3://results/${key}`);
    expect(sql).not.toContain(uploadKey(job, 2));
  });

  it('that loses against a cancellation pins nothing, and nothing is ever loaded', async () => {
    const world = makeLoadWorld();
    const job = await world.create(acme);
    await world.upload(job);
    const { files } = world.deps.uploads;
    world.deps.uploads.files = async (prefix) => {
      await abortJob(world.deps, job, 'key');
      return files.call(world.deps.uploads, prefix);
    };
    await expect(startJob(world.deps, job)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(world.job(job).state).toBe('Aborted');
    expect(world.pinned(job)).toBeUndefined();
    await admitJob(world.deps, run(job));
    await expect(retryJob(world.deps, job)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(world.deps.warehouse.statements).toEqual([]);
  });

  it('that wins against a cancellation keeps its files for a retry, which uploads nothing again', async () => {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    await abortJob(world.deps, job, 'key');
    expect(await rowsOf(world, job, 'unprocessed')).toBe(`https://s3/${uploadKey(job, 1)}`);
    const pinned = world.pinned(job);
    const again = await retryJob(world.deps, job);
    await admitJob(world.deps, run(again));
    await world.deliver(world.commit(again));
    expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, rows: 2 });
    expect(world.pinned(job)).toEqual(pinned);
  });
});

it('a file that was replaced or deleted while its load was closed fails the load before the warehouse hears of it', async () => {
  for (const replacement of ['id,name\n9,eve\n', undefined]) {
    const world = makeLoadWorld();
    const job = await world.closed(acme);
    if (replacement === undefined) world.deps.inspector.files.delete(uploadKey(job, 1));
    else world.deps.inspector.files.set(uploadKey(job, 1), Buffer.from(replacement));
    await admitJob(world.deps, run(job));
    expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'FILE_CHANGED', retryable: false } });
    expect(world.deps.warehouse.statements).toEqual([]);
    expect(world.tables.cluster.size).toBe(0);
  }
});
