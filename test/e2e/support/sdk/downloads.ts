import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../../../client/node.ts';
import type { Fault } from './faulty-proxy.ts';
import { all, errorOf, type SdkWorld } from './world.ts';

const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

const downloaded = async (dir: string) =>
  Promise.all((await readdir(dir)).sort().map(async (name) => ({ name, sha: sha(await readFile(join(dir, name))) })));

/** What a download promises, whatever happens on the way; `large` is an export of one file of some megabytes. */
export function downloads(world: () => SdkWorld & { large: Job }): void {
  const plainly = async () =>
    (await world().service.demo.download(world().large.id)).map(({ name, data }) => ({ name, sha: sha(data) }));

  it('is the very files, and verified', async () => {
    const dir = await world().folder();
    const progress: number[] = [];
    const files = await world().large.download(dir, { onProgress: ({ bytes }) => progress.push(bytes) });
    expect(await downloaded(dir)).toEqual(await plainly());
    expect(files).toMatchObject([{ verified: true, resumed: 0, rows: 300_000 }]);
    expect(progress.at(-1)).toBe(files[0]?.bytes);
    world().s3.seen.length = 0;
    expect(await world().large.download(dir)).toMatchObject([{ resumed: files[0]?.bytes }]);
    expect(world().s3.seen).toEqual([]);
  });

  it('whose connection is cut goes on at the byte where it was', async () => {
    const dir = await world().folder();
    world().s3.fault = (_, count) => (count < 3 ? { kind: 'cut', after: 1_500_000 } : undefined);
    const [file] = await world().large.download(dir);
    expect(await downloaded(dir)).toEqual(await plainly());
    expect(world().s3.seen).toHaveLength(3);
    expect(world().s3.seen[2]?.range).toBe(`bytes=3000000-${(file?.bytes ?? 0) - 1}`);
    expect(world().s3.seen.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(file?.bytes);
  });

  it('whose URL expires on the way gets another one, and goes on at the byte where it was', async () => {
    const dir = await world().folder();
    const faults: Fault[] = [
      { kind: 'cut', after: 2_000_000 },
      {
        kind: 'status',
        status: 403,
        body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
      },
    ];
    world().s3.fault = (_, count) => faults[count - 1];
    const [file] = await world().large.download(dir);
    expect(await downloaded(dir)).toEqual(await plainly());
    expect(world().api.seen.filter(({ path }) => path.includes('/results'))).toHaveLength(2);
    expect(world().s3.seen.map(({ range }) => range?.split('-')[0])).toEqual([
      'bytes=0',
      'bytes=2000000',
      'bytes=2000000',
    ]);
    expect(world().s3.seen.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(file?.bytes);
  });

  it('whose URL has expired by the clock gets another one before it asks', async () => {
    let now = Date.now();
    const job = world()
      .clientWith({ runtime: { now: () => now } })
      .job(world().large.id);
    for await (const file of job.files()) {
      now += 4 * 3_600_000;
      for await (const _ of file.range({ from: 0, to: 10 })) break;
    }
    expect(world().s3.seen).toHaveLength(1);
    expect(world().api.seen.filter(({ path }) => path.includes('/results'))).toHaveLength(2);
  });

  it('whose URL is refused again and again is given up', async () => {
    world().s3.fault = () => ({ kind: 'status', status: 403, body: '<Error><Message>Denied</Message></Error>' });
    expect(await errorOf(world().large.download(await world().folder()))).toMatchObject({
      status: 403,
      message: 'Denied',
    });
    expect(world().s3.seen).toHaveLength(7);
  });

  it('of other bytes is an error, and leaves no file that looks complete', async () => {
    const dir = await world().folder();
    world().s3.fault = () => ({ kind: 'corrupt', at: 123_456 });
    expect(await errorOf(world().large.download(dir))).toMatchObject({ code: 'CHECKSUM_MISMATCH', retryable: true });
    expect(await readdir(dir)).toEqual([]);
    expect(await errorOf(all(world().large.rows()))).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  });

  it('that was stopped half-way fetches only the rest, in another client too', async () => {
    const dir = await world().folder();
    const stop = new AbortController();
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes > 4_000_000) stop.abort(new Error('enough'));
    };
    expect(await errorOf(world().large.download(dir, { signal: stop.signal, onProgress }))).toMatchObject({
      message: 'enough',
    });
    expect((await readdir(dir)).sort()).toEqual([
      expect.stringMatching(/\.part$/),
      expect.stringMatching(/\.part\.json$/),
    ]);
    world().s3.seen.length = 0;
    const [file] = await world().clientWith().job(world().large.id).download(dir);
    const fetched = world().s3.seen.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(file?.resumed).toBeGreaterThan(4_000_000);
    expect(fetched + (file?.resumed ?? 0)).toBe(file?.bytes);
    expect(await downloaded(dir)).toEqual(await plainly());
  });

  it('whose half was changed on disk is not taken for complete', async () => {
    const dir = await world().folder();
    const stop = new AbortController();
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes > 2_000_000) stop.abort(new Error('enough'));
    };
    await errorOf(world().large.download(dir, { signal: stop.signal, onProgress }));
    const part = join(dir, (await readdir(dir)).find((name) => name.endsWith('.part')) ?? '');
    const half = await readFile(part);
    half.writeUInt8(half.readUInt8(1000) ^ 1, 1000);
    await writeFile(part, half);
    expect(await errorOf(world().large.download(dir))).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await readdir(dir)).toEqual([]);
    await world().large.download(dir);
    expect(await downloaded(dir)).toEqual(await plainly());
  });

  it('of rows goes on too where the connection is cut', async () => {
    world().s3.fault = (_, count) => (count < 4 ? { kind: 'cut', after: 1_000_003 } : undefined);
    let rows = 0;
    for await (const { distance } of world().large.rows()) rows += typeof distance === 'string' ? 1 : 0;
    expect(rows).toBe(300_000);
    expect(world().s3.seen).toHaveLength(4);
  });
}
