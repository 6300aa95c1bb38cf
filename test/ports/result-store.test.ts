import type { Manifest } from '../../contract/results.ts';
import { onEachResultStore } from './backends/results.ts';

const manifest: Manifest = {
  entries: [{ url: 's3://b/results/a/1/0000_part_00.csv', meta: { content_length: 12, record_count: 3 } }],
  schema: { elements: [{ name: 'größe', type: { base: 'integer' } }] },
};

/** The check value of CRC-64/NVME. */
const digits = { body: '123456789', crc64nvme: 'rosUhgp5mIg=' };

onEachResultStore((results) => {
  it('names its objects as UNLOAD does, and no others', async () => {
    const { store, bucket } = await results();
    expect(store.url('results/a/1/')).toBe(`s3://${bucket}/results/a/1/`);
    expect(store.key(`s3://${bucket}/results/a/1/x=1/0000_part_00`)).toBe('results/a/1/x=1/0000_part_00');
    expect(store.key(`s3://${bucket}-other/results/a`)).toBeUndefined();
    expect(store.key(`https://${bucket}/results/a`)).toBeUndefined();
    expect(store.key(`s3://${bucket}/`)).toBeUndefined();
  });

  it('reads a manifest as it was written', async () => {
    const { store } = await results();
    await store.writeManifest('results/a/1/manifest', manifest);
    expect(await store.manifest('results/a/1/manifest')).toEqual(manifest);
  });

  it('reads a manifest whose key needs escaping', async () => {
    const { store, put } = await results();
    const key = "results/a/ü (1)/a+b=c&d/'*!~/100%/manifest";
    await put(key, JSON.stringify(manifest));
    expect(await store.manifest(key)).toEqual(manifest);
  });

  it('tells that there is no manifest', async () => {
    const { store, put } = await results();
    await put('results/a/1/manifest-of-another', '{}');
    expect(await store.manifest('results/a/1/manifest')).toBeUndefined();
  });

  it.each(['', '{"entries":[{"url":"s3', '{"entries":[{"url":1}]}'])(
    'takes nothing else for a manifest: %j',
    async (body) => {
      const { store, put } = await results();
      await put('m', body);
      await expect(store.manifest('m')).rejects.toMatchObject({
        message: 'm is not a manifest',
        cause: expect.any(Error) as Error,
      });
    },
  );

  it('lists what is under a prefix with its bytes, and nothing of prefixes that begin alike', async () => {
    const { store, put } = await results();
    await put('results/a/1/0000_part_00', 'four');
    await put('results/a/1/year=2024/0001_part_00', 'ü');
    await put('results/a-b/1/0000_part_00', 'x');
    await put('results/ab/1/0000_part_00', 'x');
    expect(await store.files('results/a/')).toEqual([
      { key: 'results/a/1/0000_part_00', bytes: 4 },
      { key: 'results/a/1/year=2024/0001_part_00', bytes: 2 },
    ]);
    expect(await store.files('results/c/')).toEqual([]);
  });

  it('a glimpse counts the files of a run without its manifest, and none of a run that begins alike', async () => {
    const { store, put } = await results();
    const run = 'results/a/1/';
    const nothing = { files: 0, bytes: 0, first_at: undefined, manifest: false, more: false };
    expect(await store.glimpse(run, `${run}manifest`)).toEqual(nothing);
    await put(`${run}0000_part_00.csv`, 'four');
    await put(`${run}a=1&2/<ü>/0001_part_00.csv`, 'ü');
    await put('results/a/10/0000_part_00.csv', 'of another');
    const before = await store.glimpse(run, `${run}manifest`);
    expect(before).toMatchObject({ files: 2, bytes: 6, manifest: false, more: false });
    expect(Math.abs(Date.parse(before.first_at ?? '') - Date.now())).toBeLessThan(60_000);
    await put(`${run}manifest`, '{}');
    expect(await store.glimpse(run, `${run}manifest`)).toMatchObject({ files: 2, bytes: 6, manifest: true });
  });

  it('shows the checksum that S3 keeps, else the ETag, else none', async () => {
    const { store, put } = await results();
    await put('with', digits.body, digits.crc64nvme);
    await put('without', digits.body);
    expect(await store.checksum('with')).toEqual({ algorithm: 'CRC64NVME', value: digits.crc64nvme });
    expect(await store.checksum('without')).toEqual({ algorithm: 'ETAG', value: '25f9e794323b453885f5181f1b624d0b' });
    expect(await store.checksum('absent')).toBeNull();
  });

  it('deletes all under a prefix, and nothing of a tenant whose id begins alike', async () => {
    const { store, put } = await results();
    const others = ['results/a-b/1/x', 'results/ab/1/x', 'results/b/1/x'];
    for (const key of ['results/a/1/x', 'results/a/1/manifest', 'results/a/2/x', ...others]) await put(key, 'x');
    expect(await store.removeAll('results/a/')).toBe(3);
    expect((await store.files('results/')).map(({ key }) => key)).toEqual(others);
    expect(await store.removeAll('results/a/')).toBe(0);
  });

  it('refuses to delete by a prefix that is no folder', async () => {
    const { store, put } = await results();
    await put('results/ab/1/x', 'x');
    await expect(store.removeAll('results/a')).rejects.toThrow('begin alike');
    expect(await store.files('results/')).toHaveLength(1);
  });

  it('lists and deletes more than one page of objects', async () => {
    const { store, put } = await results();
    const keys = Array.from({ length: 1003 }, (_, n) => `results/a/${String(n).padStart(4, '0')}`);
    for (let n = 0; n < keys.length; n += 50) await Promise.all(keys.slice(n, n + 50).map((key) => put(key, 'x')));
    expect((await store.files('results/a/')).map(({ key }) => key)).toEqual(keys);
    const glimpse = await store.glimpse('results/a/', 'results/a/manifest');
    expect(glimpse).toMatchObject({ files: 1000, bytes: 1000, more: true });
    expect(await store.removeAll('results/a/')).toBe(1003);
    expect(await store.files('results/a/')).toEqual([]);
  });
});
