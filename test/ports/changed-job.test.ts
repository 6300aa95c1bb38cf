import type { JobEvent } from '../../core/jobs/change.ts';
import { changedJob } from '../../core/jobs/changed-job.ts';
import { onEachBackend } from './backends/stores.ts';
import { changeOf, jobId, openJob, requestOf, tenant } from './samples.ts';

const acme = { tenant_id: tenant('acme'), job_id: jobId(1) };

onEachBackend((stores) => {
  it('makes of a job what a change says that it makes, so that nobody needs to read it again', async () => {
    const { jobs } = await stores();
    await jobs.create(openJob(acme), requestOf(openJob(acme)));
    const events: JobEvent[] = [
      { type: 'in_parts' },
      { type: 'stop', to: 'Aborted', by: 'key', reason: 'wrong' },
      { type: 'retry' },
      { type: 'stop', to: 'Aborted', by: 'key' },
    ];
    for (const event of events) {
      const before = await jobs.getLatest(acme);
      if (!before) throw new Error('The job is gone');
      const change = changeOf(before, event);
      expect(await jobs.write(change)).toEqual({ outcome: 'written' });
      expect(changedJob(before, change)).toEqual(await jobs.getLatest(acme));
    }
  });
});
