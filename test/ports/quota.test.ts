import type { JobStore } from '../../core/ports.ts';
import { quotaAt } from '../../core/rate-limit/daily-quota.ts';
import { onEachBackend } from './backends/stores.ts';
import { changeOf, idempotencyOf, jobId, later, noon, openJob, requestOf, tenant, waitingJob } from './samples.ts';

const acme = tenant('acme');

async function createMany(jobs: JobStore, count: number, most: number, first = 0, of = 'acme', at = noon) {
  const made = Array.from({ length: count }, (_, n) => openJob({ tenant_id: tenant(of), job_id: jobId(first + n) }));
  const outcomes = await Promise.all(made.map((job) => jobs.create(job, requestOf(job), { quota: quotaAt(at, most) })));
  return outcomes.filter(({ outcome }) => outcome === 'created').length;
}

onEachBackend((stores) => {
  it.each([1, 7, 130])('of more creates at once than the quota of %i, exactly the quota is created', async (most) => {
    const { jobs } = await stores();
    expect(await createMany(jobs, most + 12, most)).toBe(most);
    expect(await createMany(jobs, 1, most, 500)).toBe(0);
    const { items } = await jobs.list(acme, { limit: 1000 });
    expect(items).toHaveLength(most);
  });

  it('a new day and another tenant have a quota of their own', async () => {
    const { jobs } = await stores();
    expect(await createMany(jobs, 3, 2)).toBe(2);
    expect(await createMany(jobs, 3, 2, 0, 'other')).toBe(2);
    expect(await createMany(jobs, 3, 2, 10, 'acme', later(12 * 3600))).toBe(2);
  });

  it('a repeat is answered by its key and counts for nothing, also when the quota is used up', async () => {
    const { jobs } = await stores();
    const quota = quotaAt(noon, 2);
    const first = openJob({ tenant_id: acme, job_id: jobId(1) });
    await jobs.create(first, requestOf(first), { quota, idempotency: idempotencyOf(first, 'k') });
    const repeat = async (n: number) => {
      const job = openJob({ tenant_id: acme, job_id: jobId(n) });
      return jobs.create(job, requestOf(job), { quota, idempotency: idempotencyOf(job, 'k') });
    };
    for (const n of [2, 3, 4]) expect(await repeat(n)).toMatchObject({ outcome: 'key_used', earlier: { job: first } });
    expect(await createMany(jobs, 3, 2, 10)).toBe(1);
    expect(await repeat(5)).toMatchObject({ outcome: 'key_used' });
    const other = openJob({ tenant_id: acme, job_id: jobId(6) });
    const refused = await jobs.create(other, requestOf(other), { quota, idempotency: idempotencyOf(other, 'new') });
    expect(refused).toEqual({ outcome: 'over_quota' });
    expect(await jobs.create(other, requestOf(other), { idempotency: idempotencyOf(other, 'new') })).toEqual({
      outcome: 'created',
    });
  });

  it('counts the jobs of a tenant that wait, and no further than asked', async () => {
    const { jobs, backlog } = await stores();
    for (const [n, of] of ['acme', 'acme', 'acme', 'acme-2', 'acm'].entries()) {
      const job = waitingJob({ tenant_id: tenant(of), job_id: jobId(n) });
      await jobs.create(job, requestOf(job));
    }
    const cancelled = waitingJob({ tenant_id: acme, job_id: jobId(10) });
    await jobs.create(cancelled, requestOf(cancelled));
    await jobs.write(changeOf(cancelled, { type: 'stop', to: 'Aborted', by: 'key' }));
    const open = openJob({ tenant_id: acme, job_id: jobId(11) });
    await jobs.create(open, requestOf(open));
    expect(await backlog.count(acme, 100)).toBe(3);
    expect(await backlog.count(acme, 2)).toBe(2);
    expect(await backlog.count(tenant('nobody'), 100)).toBe(0);
  });
});
