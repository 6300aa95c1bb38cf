import type { JobKey } from '../../core/jobs/job.ts';
import { type Stores, onEachBackend } from './backends/stores.ts';
import { changeOf, exported, jobId, query_hash, requestOf, tenant, waitingJob } from './samples.ts';

const acme = tenant('acme');

async function complete({ jobs, admission }: Stores, key: JobKey) {
  const job = waitingJob(key);
  await jobs.create(job, requestOf(job));
  await admission.admit(changeOf(job, { type: 'admit' }), { tenant: 9, cluster: 9 }, 'fresh');
  const running = await jobs.getLatest(key);
  if (!running) throw new Error('gone');
  const change = changeOf(running, { ...exported, query_hash });
  expect(await jobs.write(change)).toEqual({ outcome: 'written' });
  return change;
}

onEachBackend((stores) => {
  it('the job that completed a query last is its estimate, for its own tenant', async () => {
    const all = await stores();
    expect(await all.jobs.estimate({ tenant_id: acme, query_hash })).toBeUndefined();
    await complete(all, { tenant_id: acme, job_id: jobId(2) });
    await complete(all, { tenant_id: acme, job_id: jobId(1) });
    await complete(all, { tenant_id: tenant('other'), job_id: jobId(3) });
    expect(await all.jobs.estimate({ tenant_id: acme, query_hash })).toMatchObject({ job_id: jobId(1) });
    expect(await all.jobs.estimate({ tenant_id: tenant('acme-2'), query_hash })).toBeUndefined();
  });

  it('news that came too late leaves no estimate', async () => {
    const all = await stores();
    const first = await complete(all, { tenant_id: acme, job_id: jobId(1) });
    await complete(all, { tenant_id: acme, job_id: jobId(2) });
    expect(await all.jobs.write(first)).toMatchObject({ outcome: 'stale' });
    expect(await all.jobs.estimate({ tenant_id: acme, query_hash })).toMatchObject({ job_id: jobId(2) });
  });
});
