import { TombstoneRecord } from '../../contract/records.ts';
import { onEachBackend } from './backends/stores.ts';
import { jobId, later, tenant } from './samples.ts';

const acme = { tenant_id: tenant('acme'), job_id: jobId(1) };
const stone = TombstoneRecord.parse({
  type: 'tombstone',
  ...acme,
  expired_at: later(0).toISOString(),
  ttl: later(1000).getTime() / 1000,
});

onEachBackend((stores) => {
  it('a tombstone is found by its own tenant and for its own job', async () => {
    const { jobs } = await stores();
    await jobs.bury(stone);
    expect(await jobs.tombstone(acme)).toEqual(stone);
    expect(await jobs.tombstone({ ...acme, tenant_id: tenant('acme-2') })).toBeUndefined();
    expect(await jobs.tombstone({ ...acme, job_id: jobId(2) })).toBeUndefined();
    expect(await jobs.getLatest(acme)).toBeUndefined();
  });

  it('burying again changes nothing', async () => {
    const { jobs } = await stores();
    await jobs.bury(stone);
    await jobs.bury({ ...stone, expired_at: later(500).toISOString() });
    expect(await jobs.tombstone(acme)).toEqual(stone);
  });
});
