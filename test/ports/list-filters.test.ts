import type { JobFilter, JobStore, ListPage } from '../../core/ports.ts';
import { onEachBackend } from './backends/stores.ts';
import { changeOf, jobId, openJob, requestOf, tenant } from './samples.ts';

const acme = tenant('acme');

/** Ten jobs: the even ones are tagged, the first five are about sales, the first two are ended. */
async function tenJobs(jobs: JobStore): Promise<void> {
  for (let n = 1; n <= 10; n++) {
    const job = {
      ...openJob({ tenant_id: acme, job_id: jobId(n) }),
      ...(n % 2 === 0 && { tag: 'nightly' }),
      ...(n <= 5 && { object: 'sales' }),
    };
    await jobs.create(job, requestOf(job));
    if (n <= 2) await jobs.write(changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' }));
  }
}

async function list(jobs: JobStore, filter: JobFilter, page: Partial<ListPage> = {}): Promise<number[]> {
  const found = await jobs.list(acme, { limit: 100, ...page, filter });
  return found.items.map((job) => Array.from({ length: 10 }, (_, n) => jobId(n + 1)).indexOf(job.job_id) + 1);
}

onEachBackend((stores) => {
  it('a list is narrowed by each filter, and by several at once', async () => {
    const { jobs } = await stores();
    await tenJobs(jobs);
    expect(await list(jobs, {})).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await list(jobs, { tag: 'nightly' })).toEqual([10, 8, 6, 4, 2]);
    expect(await list(jobs, { object: 'sales' })).toEqual([5, 4, 3, 2, 1]);
    expect(await list(jobs, { tag: 'nightly', object: 'sales', state: 'Open' })).toEqual([4]);
    expect(await list(jobs, { is_finished: true })).toEqual([2, 1]);
    expect(await list(jobs, { is_finished: false, tag: 'nightly', operation: 'query' })).toEqual([10, 8, 6, 4]);
    expect(await list(jobs, { is_finished: true, state: 'Open' })).toEqual([]);
  });

  it('a range of ids includes its first and excludes its last', async () => {
    const { jobs } = await stores();
    await tenJobs(jobs);
    expect(await list(jobs, {}, { ids: { from: jobId(4), before: jobId(7) } })).toEqual([6, 5, 4]);
    expect(await list(jobs, {}, { ids: { from: jobId(9) } })).toEqual([10, 9]);
    expect(await list(jobs, {}, { ids: { before: jobId(1) } })).toEqual([]);
    expect(await list(jobs, {}, { ids: { from: jobId(4), before: jobId(4) } })).toEqual([]);
    expect(await list(jobs, {}, { ids: { from: jobId(7), before: jobId(4) } })).toEqual([]);
  });

  it('pages of a narrowed list go on where the last one ended', async () => {
    const { jobs } = await stores();
    await tenJobs(jobs);
    const seen: string[] = [];
    let after: ListPage['after'];
    for (let pages = 0; pages < 20; pages++) {
      const page = await jobs.list(acme, { limit: 2, after, filter: { tag: 'nightly' } });
      seen.push(...page.items.map((job) => job.job_id));
      after = page.after;
      if (!after) break;
    }
    expect(seen).toEqual([10, 8, 6, 4, 2].map(jobId));
  });
});
