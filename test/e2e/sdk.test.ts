import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, JobAbortedError, JobFailedError, type SpectraClient, SpectraError } from '../../client/node.ts';
import type { Service } from './harness.ts';
import { downloads } from './support/sdk/downloads.ts';
import type { Fault, FaultyProxy } from './support/sdk/faulty-proxy.ts';
import { rowFilesOfLoads } from './support/sdk/row-files.ts';
import { severalSources } from './support/sdk/several-sources.ts';
import { all, errorOf, type SdkWorld, startSdkWorld } from './support/sdk/world.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const values = `SELECT 9007199254740993::BIGINT AS big, 1.50::DECIMAL(8,2) AS price, 7 AS whole, true AS yes, CAST(NULL AS VARCHAR) AS gone,
  'say "x",' || CHR(10) || 'then Ω' AS said, DATE '2020-01-02' AS day, 1.5::FLOAT8 AS half`;
const asRead = {
  big: '9007199254740993',
  price: '1.50',
  whole: 7,
  yes: true,
  gone: null,
  said: 'say "x",\nthen Ω',
  day: '2020-01-02',
  half: 1.5,
};

let world: SdkWorld;
let service: Service;
let api: FaultyProxy;
let s3: FaultyProxy;
let client: SpectraClient;
/** An export of one file of some megabytes. */
let large: Job;

beforeAll(async () => {
  world = await startSdkWorld({ load: { flights } });
  ({ service, api, s3, client } = world);
  await service.aws.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  large = await client.export('SELECT * FROM flights LIMIT 300000', { single_file: true });
  await large.wait();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

describe('an export', () => {
  it.each([
    { content_type: 'CSV', compression: 'NONE' },
    { content_type: 'CSV', compression: 'GZIP', column_delimiter: 'PIPE', null_as: '-' },
    { content_type: 'CSV', compression: 'ZSTD' },
    { content_type: 'JSON', compression: 'NONE' },
    { content_type: 'JSON', compression: 'GZIP' },
  ] as const)('as %o is read back row by row, with values that have lost nothing', async (options) => {
    const job = await client.export(values, options);
    await job.wait();
    expect(await all(job.rows())).toEqual([asRead]);
    expect(await all(job.rows({ bigint: 'bigint' }))).toEqual([{ ...asRead, big: 9007199254740993n }]);
  });

  it('in a format that nothing here can read is refused before anything is downloaded', async () => {
    const bzip2 = await (await client.export(values, { compression: 'BZIP2' })).wait();
    expect(await errorOf(all(bzip2.rows()))).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    const parquet = await (await client.export(values, { content_type: 'PARQUET' })).wait();
    expect(await errorOf(all(parquet.rows()))).toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    expect(s3.seen).toEqual([]);
  });

  it('is followed to its end, then its files and schema are there', async () => {
    const seen: string[] = [];
    const job = await (await client.export(values)).wait({ onProgress: ({ state }) => seen.push(state) });
    expect(seen.at(-1)).toBe('JobComplete');
    expect(job.state).toBe('JobComplete');
    expect((await job.schema()).map(({ name }) => name)).toEqual(Object.keys(asRead));
    const files = await all(job.files());
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(1);
    expect((await all(job.logs())).map(({ event }) => event)).toContain('completed');
    expect(await job.runs()).toMatchObject([{ attempt: 1, state: 'JobComplete' }]);
  });

  it('that the warehouse refuses makes wait() throw what it said', async () => {
    const job = await client.export('SELECT no_such_column FROM flights');
    const error = await errorOf(job.wait());
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error).toMatchObject({ retryable: false, job: { job_id: job.id, state: 'Failed' } });
  });

  it('that the guard refuses is a typed error with its place', async () => {
    const error = await errorOf(client.export('DELETE FROM flights'));
    expect(error).toBeInstanceOf(SpectraError);
    expect(error).toMatchObject({ code: 'QUERY_REFUSED', status: 400, retryable: false, position: 1 });
    expect((error as SpectraError).requestId).toMatch(/.+/);
    expect((error as SpectraError).hint).toMatch(/SELECT/);
    expect(await errorOf(client.export(values, { max_file_size_mb: 1 }))).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ pointer: '/max_file_size_mb' }],
    });
  });

  it('is made once, with one key, when it is throttled and breaks on the way', async () => {
    const faults: Fault[] = [
      { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
      { kind: 'status', status: 500, body: 'oops' },
      { kind: 'lost' },
      { kind: 'cut', after: 10 },
    ];
    api.fault = (_, count) => faults[count - 1];
    const tag = 'made once';
    const job = await client.export(values, { tag });
    expect(new Set(api.seen.map(({ key }) => key)).size).toBe(1);
    expect(api.seen).toHaveLength(5);
    expect(world.pauses[0]).toBeGreaterThanOrEqual(3000);
    expect((await all(client.jobs.list({ tag }))).map(({ id }) => id)).toEqual([job.id]);
  });

  it('that stays throttled is given up after so many tries, and at once where the wait is too long', async () => {
    api.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    expect(await errorOf(client.export(values))).toMatchObject({ status: 429, retryable: true, retryAfter: 1 });
    expect(api.seen).toHaveLength(7);
    api.seen.length = 0;
    api.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '7200' } });
    expect(await errorOf(client.export(values))).toMatchObject({ status: 429, retryAfter: 7200 });
    expect(api.seen).toHaveLength(1);
  });
});

describe('a download', () => downloads(() => ({ ...world, large })));

const table = async (name: string) => {
  await service.aws.redshift.query(`CREATE TABLE demo.${name} (id INTEGER, name VARCHAR(600), big BIGINT)`);
  return `demo.${name}`;
};

describe('a load', () => {
  it('of rows applies the good ones, and the rejected ones can be read', async () => {
    const rows = [
      { id: 1, name: 'one', big: 9007199254740993n },
      { id: 'two', name: 'two', big: 2 },
      { id: 3, name: null, big: 3 },
    ];
    const job = await (await client.load(await table('rows'), rows)).wait();
    expect(job.record).toMatchObject({ number_records_processed: 2, number_records_failed: 1 });
    expect(await all(job.failedRows())).toMatchObject([
      {
        id: 'two',
        name: 'two',
        _line: 2,
        _file: 1,
        _column: 'id',
        _error: expect.stringMatching(/^INVALID_VALUE/) as unknown,
      },
    ]);
    expect((await all(job.successfulRows())).map(({ id, big }) => [id, big])).toEqual([
      ['1', '9007199254740993'],
      ['3', '3'],
    ]);
    expect(await errorOf(all(job.rows()))).toMatchObject({ code: 'WRONG_OPERATION' });
  });

  it('takes a path, a Blob, bytes and a stream', async () => {
    const object = await table('sources');
    const csv = 'id,name,big\n1,x,1\n';
    const path = join(await world.folder(), 'rows.csv');
    await writeFile(path, csv);
    const bytes = new TextEncoder().encode(csv);
    const sources = [
      path,
      new Blob([csv]),
      bytes,
      new Blob([csv]).stream(),
      (async function* () {
        yield await Promise.resolve(bytes);
      })(),
    ];
    for (const source of sources) await (await client.load(object, source, { content_type: 'CSV' })).wait();
    expect(await service.aws.redshift.query('SELECT count(*)::INT AS n FROM demo.sources')).toEqual([{ n: 5 }]);
    expect(await errorOf(client.load(object, [{ id: 1 }], { content_type: 'CSV' }))).toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('of a large file goes in parts; broken off, only the missing ones are sent', async () => {
    const object = await table('large');
    const path = join(await world.folder(), 'large.csv');
    const lines = Array.from({ length: 40_000 }, (_, id) => `${id},${String(id).padStart(500, '0')},${id}`);
    await writeFile(path, `id,name,big\n${lines.join('\n')}\n`);
    const puts = () => s3.seen.filter(({ method }) => method === 'PUT');
    let id = '';
    s3.fault = ({ method }, count) => (method === 'PUT' && count > 1 ? { kind: 'status', status: 501 } : undefined);
    const broken = client.load(object, path, { parallel: 1, onJob: ({ job_id }) => (id = job_id) });
    expect(await errorOf(broken)).toMatchObject({ status: 501 });
    s3.fault = (_, count) => (count === 1 ? { kind: 'status', status: 503 } : undefined);
    s3.seen.length = 0;
    const told: number[] = [];
    const onProgress = ({ bytes, total }: { bytes: number; total: number }) => told.push(bytes / total);
    const job = await (await client.load(object, path, { resume: id, onProgress })).wait();
    expect(puts()).toHaveLength(3 - 1 + 1);
    expect(told.at(-1)).toBe(1);
    expect(job.record).toMatchObject({ job_id: id, number_records_processed: 40_000, number_records_failed: 0 });
  });

  it('whose answer from S3 was lost is not refused for what it has sent itself', async () => {
    const object = await table('lost');
    s3.fault = (_, count) => (count === 1 ? { kind: 'lost' } : undefined);
    const job = await (await client.load(object, new Blob(['id,name,big\n1,x,1\n']))).wait();
    expect(s3.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
    expect(job.record).toMatchObject({ number_records_processed: 1 });
  });
});

describe('a load', () => severalSources(() => world, table));

describe('a load', () => rowFilesOfLoads(() => world, table));

describe('everything else', () => {
  it('answers a short query with its rows, and names the limits', async () => {
    expect(await client.query('SELECT :a AS a', { parameters: { a: 'x' } })).toMatchObject({
      rows: [['x']],
      row_count: 1,
    });
    expect((await client.limits()).map(({ name }) => name)).toContain('page_size');
  });

  it('lists jobs over pages, by filters', async () => {
    const created = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(() => service.demo.create({ query: 'SELECT 1', tag: 'paged' })),
    );
    const listed = await all(
      client.jobs.list({ tag: 'paged', limit: 2, created_after: new Date(Date.now() - 3_600_000) }),
    );
    expect(listed.map(({ id }) => id).sort()).toEqual(created.map(({ job_id }) => job_id).sort());
    expect(api.seen.length).toBeGreaterThanOrEqual(3);
  });

  it('cancels, runs again, waits and deletes', async () => {
    const { job_id } = await service.demo.create({ query: 'SELECT 1 AS one' });
    const job = client.job(job_id);
    expect(await job.cancel('not now')).toMatchObject({ state: 'Aborted' });
    const error = await errorOf(job.wait());
    expect(error).toBeInstanceOf(JobAbortedError);
    expect(error).toMatchObject({ code: 'JOB_ABORTED', job: { reason: 'not now' } });
    await job.retry();
    expect((await job.wait()).record).toMatchObject({ state: 'JobComplete', attempt: 2 });
    api.seen.length = 0;
    api.fault = (_, count) => (count === 1 ? { kind: 'lost' } : undefined);
    await job.delete();
    expect(api.seen).toHaveLength(2);
    expect(await errorOf(job.refresh())).toMatchObject({ code: 'JOB_NOT_FOUND', status: 404 });
  });

  it('stops waiting when it is told to; the job goes on', async () => {
    const { job_id } = await service.demo.create({ query: 'SELECT 1 AS one' });
    const stop = new AbortController();
    const waiting = errorOf(client.job(job_id).wait({ signal: stop.signal }));
    stop.abort(new Error('no more'));
    expect(await waiting).toMatchObject({ message: 'no more' });
    expect(await client.job(job_id).refresh()).toMatchObject({ state: 'Open' });
  });

  it('asks for a token before each call, and says so when there is none that is valid', async () => {
    let asked = 0;
    const other = world.clientWith({ apiKey: undefined, token: () => (asked++, 'nonsense') });
    expect(await errorOf(other.query('SELECT 1'))).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
    expect(asked).toBe(1);
  });
});
