import type { Job } from '../../core/jobs/job.ts';
import type { JobStore } from '../../core/ports.ts';
import { onEachBackend } from './backends/stores.ts';
import { changeOf, jobId, later, openJob, requestOf, tenant, waitingJob } from './samples.ts';

const acme = { tenant_id: tenant('acme'), job_id: jobId(1) };

async function aborted(jobs: JobStore, key = acme): Promise<Extract<Job, { state: 'Aborted' }>> {
  const open = openJob(key);
  await jobs.create(open, requestOf(open));
  await jobs.write(changeOf(open, { type: 'stop', to: 'Aborted', by: 'key', reason: 'mistake' }));
  const job = await jobs.getLatest(key);
  if (job?.state !== 'Aborted') throw new Error('The job was not aborted');
  return job;
}

const ended = (job: Job) => changeOf(job, { type: 'retry' }).ended;

onEachBackend((stores) => {
  it('a retry begins another run and keeps the one that ended, in one step', async () => {
    const { jobs } = await stores();
    const job = await aborted(jobs);
    expect(await jobs.write(changeOf(job, { type: 'retry' }))).toEqual({ outcome: 'written' });
    const now = await jobs.getLatest(acme);
    expect(now).toMatchObject({ state: 'UploadComplete', attempt: 2 });
    for (const gone of ['reason', 'cancelled_by', 'completed_at', 'expires_at', 'ttl'])
      expect(now).not.toHaveProperty(gone);
    expect(await jobs.listRuns(acme)).toEqual([ended(job)]);
  });

  it('a stale retry changes nothing and keeps nothing', async () => {
    const { jobs } = await stores();
    const job = await aborted(jobs);
    const change = changeOf(job, { type: 'retry' });
    await jobs.write(change);
    const before = await jobs.getLatest(acme);
    const second = await jobs.write(change);
    expect(second).toEqual({ outcome: 'stale', job: before });
    expect(await jobs.listRuns(acme)).toEqual([ended(job)]);
  });

  it('a retried job waits in the queue like any other', async () => {
    const { jobs, admission } = await stores();
    const job = await aborted(jobs);
    await jobs.write(changeOf(job, { type: 'retry' }));
    expect(await admission.nextWaiting(undefined)).toMatchObject({ ...acme, attempt: 2 });
  });

  it('runs are listed by number, the latest first, and never those of another job or tenant', async () => {
    const { jobs } = await stores();
    for (const key of [acme, { ...acme, job_id: jobId(2) }, { ...acme, tenant_id: tenant('acme-2') }]) {
      const job = await aborted(jobs, key);
      await jobs.write(changeOf(job, { type: 'retry' }));
    }
    const second = await jobs.getLatest(acme);
    if (!second) throw new Error('gone');
    for (let attempt = 2; attempt <= 11; attempt++) {
      const now = await jobs.getLatest(acme);
      if (!now) throw new Error('gone');
      await jobs.write(changeOf(now, { type: 'stop', to: 'Aborted', by: 'key' }));
      const ended = await jobs.getLatest(acme);
      if (ended?.state !== 'Aborted') throw new Error('not ended');
      await jobs.write(changeOf(ended, { type: 'retry' }));
    }
    const runs = await jobs.listRuns(acme);
    expect(runs.map((run) => run.attempt)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(runs.every((run) => run.tenant_id === acme.tenant_id && run.job_id === acme.job_id)).toBe(true);
  });

  it('removing a run removes that one, and is harmless where there is none', async () => {
    const { jobs } = await stores();
    const job = await aborted(jobs);
    await jobs.write(changeOf(job, { type: 'retry' }));
    await jobs.removeRun({ ...acme, attempt: 2 });
    expect(await jobs.listRuns(acme)).toHaveLength(1);
    await jobs.removeRun({ ...acme, attempt: 1 });
    await jobs.removeRun({ ...acme, attempt: 1 });
    expect(await jobs.listRuns(acme)).toEqual([]);
  });

  it('the log grows in the write that does what it says, and a stale write adds nothing', async () => {
    const { jobs } = await stores();
    const open = openJob(acme);
    await jobs.create(open, requestOf(open));
    const start = changeOf(open, { type: 'start' });
    await jobs.write(start);
    expect(await jobs.write(start)).toMatchObject({ outcome: 'stale' });
    expect((await jobs.getLatest(acme))?.log.map(({ event }) => event)).toEqual(['created', 'started']);
  });

  it('the log of a run goes with its record, and the next run begins one of its own', async () => {
    const { jobs } = await stores();
    const job = await aborted(jobs);
    await jobs.write(changeOf(job, { type: 'retry' }));
    expect((await jobs.listRuns(acme))[0]?.log.map(({ event }) => event)).toEqual(['created', 'aborted']);
    expect((await jobs.getLatest(acme))?.log).toEqual([{ at: later(60).getTime(), event: 'retried', by: 'tester' }]);
  });

  it('no entry is lost that was added after the run was read: keeping it is refused then', async () => {
    const { jobs } = await stores();
    const job = await aborted(jobs);
    const read = { ...job, log: job.log.slice(0, 1) };
    expect(await jobs.write(changeOf(read, { type: 'retry' }))).toEqual({ outcome: 'stale', job });
    expect(await jobs.listRuns(acme)).toEqual([]);
  });

  it('what rests on something not having been recorded is refused once it has', async () => {
    const { jobs, admission } = await stores();
    const waiting = waitingJob(acme);
    await jobs.create(waiting, requestOf(waiting));
    await admission.admit(changeOf(waiting, { type: 'admit' }), { tenant: 1, cluster: 1 }, 'fresh');
    const running = await jobs.getLatest(acme);
    if (!running) throw new Error('gone');
    const first = changeOf(running, { type: 'resubmit' });
    expect(await jobs.write(first)).toEqual({ outcome: 'written' });
    expect(await jobs.write(first)).toMatchObject({ outcome: 'stale' });
    const again = await jobs.getLatest(acme);
    expect(again?.log.map(({ event }) => event)).toEqual(['created', 'admitted', 'resubmitted']);
  });
});
