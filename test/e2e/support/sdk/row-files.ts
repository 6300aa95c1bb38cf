import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Job, JobFailedError } from '../../../../client/node.ts';
import { all, errorOf, type SdkWorld } from './world.ts';

/** What becomes of the rows of a load, as files. */
export function rowFilesOfLoads(world: () => SdkWorld, table: (name: string) => Promise<string>): void {
  const bytesOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await all(chunks)).toString();
  const failed = async (job: Job) => {
    expect(await errorOf(job.wait())).toBeInstanceOf(JobFailedError);
    return job;
  };

  it('has its rejected rows as a file, to be streamed, linked to, held and saved', async () => {
    const rows = [
      { id: 1, name: 'one' },
      { id: 'two', name: 'it, "so"' },
    ];
    const job = await (await world().client.load(await table('row_files'), rows)).wait();
    const files = await all(job.rowFiles('failed'));
    expect(files).toHaveLength(1);
    const [text = ''] = await Promise.all(files.map((each) => bytesOf(each.stream())));
    const [file] = files;
    expect(text.split('\n')[1]).toMatch(/^two,"it, ""so""",INVALID_VALUE/);
    expect(file).toMatchObject({
      name: 'failed-results.csv',
      bytes: text.length,
      content_type: 'text/csv; charset=utf-8',
    });
    const answer = await fetch((await file?.url()) ?? '');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="?failed-results\.csv/);
    expect(await answer.text()).toBe(text);
    expect(await (await file?.blob())?.text()).toBe(text);

    const dir = await world().folder();
    const told: number[] = [];
    const onProgress = ({ bytes }: { bytes: number }) => told.push(bytes);
    const path = join(dir, 'failed-results.csv');
    const bytes = text.length;
    expect(await job.downloadRowFiles('failed', dir, { onProgress })).toEqual([
      { name: 'failed-results.csv', path, bytes, verified: true, resumed: 0 },
    ]);
    expect(told.at(-1)).toBe(bytes);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await job.downloadRowFiles('failed', dir)).toMatchObject([{ resumed: bytes }]);
    expect(await all(job.rowFiles('unprocessed'))).toEqual([]);
    expect(await job.downloadRowFiles('unprocessed', dir)).toEqual([]);
  });

  it('that fails for rejected rows keeps the good ones as unprocessed, though the service stumbles', async () => {
    const rows = [{ id: 1, name: 'one' }, { id: 'two' }];
    const object = await table('unprocessed');
    const job = await failed(await world().client.load(object, rows, { all_or_nothing: true }));
    world().api.fault = (_, count) => (count === 1 ? { kind: 'status', status: 503 } : undefined);
    expect(await all(job.unprocessedRows())).toMatchObject([{ id: '1', name: 'one', _line: 1, _file: 1 }]);
  });

  it('that fails before its files are read gives them back as they were sent', async () => {
    const object = await table('sent');
    const upsert = { operation: 'upsert', external_id_field: 'id' } as const;
    const csv = 'nobody,name\n1,"one\nand a half"\n';
    const sent = new File([gzipSync(csv)], 'people.csv.gz');
    const job = await failed(await world().client.load(object, sent, upsert));
    const [file] = await all(job.rowFiles('unprocessed'));
    expect(file?.name).toBe('unprocessed-results.csv.gz');
    expect(gunzipSync((await file?.blob().then((blob) => blob.bytes())) ?? '').toString()).toBe(csv);
    expect(await all(job.unprocessedRows())).toEqual([{ nobody: '1', name: 'one\nand a half' }]);

    const json = await failed(await world().client.load(object, [{ nobody: 1 }], upsert));
    expect(await errorOf(all(json.unprocessedRows()))).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    const dir = await world().folder();
    expect(await json.downloadRowFiles('unprocessed', dir)).toMatchObject([{ verified: true }]);
    expect(await readFile(join(dir, 'unprocessed-results.json'), 'utf8')).toBe('{"nobody":1}\n');
  });
}
