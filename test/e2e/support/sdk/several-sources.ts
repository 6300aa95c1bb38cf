import type { LoadProgress } from '../../../../client/node.ts';
import { all, errorOf, type SdkWorld } from './world.ts';

/** What a load of several sources promises. */
export function severalSources(world: () => SdkWorld, table: (name: string) => Promise<string>): void {
  it('of several sources is one job, in one transaction, its files sent in parts within the limit', async () => {
    const object = await table('several');
    const lines = Array.from({ length: 30_000 }, (_, id) => `${id},${String(id).padStart(400, '0')},${id}`);
    const large = new File([`id,name,big\n${lines.join('\n')}\n`], 'large.csv');
    const small = new File(['id,name,big\n-1,x,1\nno,y,2\n'], 'small.csv');
    const told: LoadProgress[] = [];
    const onProgress = (progress: LoadProgress) => told.push(progress);
    const job = await (await world().client.load(object, [small, large], { onProgress })).wait();
    expect(job.record).toMatchObject({
      uploads: { files: 2 },
      number_records_processed: 30_001,
      number_records_failed: 1,
    });
    expect(await all(job.failedRows())).toMatchObject([{ _file: 1, _line: 3 }]);
    const total = small.size + large.size;
    expect(told.at(-1)).toMatchObject({ bytes: total, total });
    expect(told.findLast(({ file }) => file.n === 2)?.file).toEqual({ n: 2, bytes: large.size, total: large.size });
  });

  it('of several sources that broke off sends only what is missing of each, and not with fewer of them', async () => {
    const object = await table('several_resumed');
    const csv = (from: number) =>
      `id,name,big\n${Array.from({ length: 30_000 }, (_, id) => `${from + id},${'x'.repeat(400)},1`).join('\n')}\n`;
    const sources = [new File([csv(0)], 'a.csv'), new File([csv(30_000)], 'b.csv')];
    const puts = () => world().s3.seen.filter(({ method }) => method === 'PUT').length;
    let id = '';
    // Two parts each: all are there when the last is refused.
    world().s3.fault = () => (puts() === 4 ? { kind: 'status', status: 501 } : undefined);
    const onJob = ({ job_id }: { job_id: string }) => (id = job_id);
    expect(await errorOf(world().client.load(object, sources, { parallel: 1, onJob }))).toMatchObject({ status: 501 });
    world().s3.fault = () => undefined;
    world().s3.seen.length = 0;
    const fewer = await errorOf(world().client.load(object, sources.slice(0, 1), { resume: id }));
    expect(fewer).toMatchObject({ code: 'INVALID_OPTION' });
    const sent: number[] = [];
    const onProgress = ({ bytes, total }: LoadProgress) => sent.push(bytes / total);
    const job = await (await world().client.load(object, sources, { resume: id, onProgress })).wait();
    expect(puts()).toBe(1);
    expect(sent.at(-1)).toBe(1);
    expect(job.record).toMatchObject({ job_id: id, number_records_processed: 60_000, number_records_failed: 0 });
  });
}
