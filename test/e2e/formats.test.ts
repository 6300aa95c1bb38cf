import { parse } from 'node:path';
import { startService, type Service } from './harness.ts';
import { columns, comparable, createFacts, facts, type Row } from './support/facts.ts';
import { decompress, readCsv, readJson, readParquet } from './support/read-files.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ settings: { SPECTRA_BULK_MAX_FILE_SIZE_MB: '100' } });
  await createFacts(service.warehouse);
});
afterAll(() => service.stop());

const expected = comparable(facts);
/** What is left when NULL and '' cannot be told apart. */
const withoutEmpty = (rows: readonly Row[]): Row[] =>
  rows.map((row) => row.map((value) => (value === '' ? null : value)));

async function exported(query: string, options: object) {
  const job = await service.demo.complete(query, options);
  const files = await service.demo.download(job.job_id);
  const data = files.map((file) => decompress(file.data, job.compression));
  return { job, files, data };
}

it('the warehouse holds what the other tests think it does', async () => {
  const casts = columns.map((name) => (name === 'info' ? 'JSON_SERIALIZE(info)' : `CAST(${name} AS VARCHAR(65535))`));
  const rows = await service.warehouse.rows(`SELECT ${casts.join(', ')} FROM facts`);
  expect(comparable(rows)).toEqual(expected);
});

describe('no value is changed by', () => {
  it.each(['NONE', 'GZIP', 'ZSTD', 'BZIP2'])(
    'CSV with compression %s, NULL told from an empty text',
    async (compression) => {
      const options = { content_type: 'CSV', compression, null_as: '<null>' };
      const { job, files, data } = await exported('SELECT * FROM facts', options);
      const ending = { NONE: '.csv', GZIP: '.csv.gz', ZSTD: '.csv.zst', BZIP2: '.csv.bz2' }[compression] ?? '';
      expect(files.filter(({ name }) => !name.endsWith(ending))).toEqual([]);
      expect(comparable(await readCsv(service.workDir, data, { nullAs: '<null>' }))).toEqual(expected);
      expect(job.number_records_processed).toBe(facts.length);
      expect(job.bytes).toBe(files.reduce((sum, file) => sum + file.data.length, 0));
    },
  );

  it.each(['NONE', 'GZIP', 'ZSTD', 'BZIP2'])('JSON with compression %s', async (compression) => {
    const { job, data } = await exported('SELECT * FROM facts', { content_type: 'JSON', compression });
    expect(comparable(readJson(data, columns, ['info']))).toEqual(expected);
    expect(job.number_records_processed).toBe(facts.length);
  });

  it('PARQUET', async () => {
    const { job, data } = await exported('SELECT * FROM facts', { content_type: 'PARQUET' });
    expect(comparable(await readParquet(service.workDir, data))).toEqual(expected);
    expect(job.number_records_processed).toBe(facts.length);
  });

  it.each([
    ['COMMA', ','],
    ['PIPE', '|'],
    ['TAB', '\t'],
    ['SEMICOLON', ';'],
    ['CARET', '^'],
    ['BACKQUOTE', '`'],
  ])('the delimiter %s, though texts contain it', async (column_delimiter, delimiter) => {
    const { data } = await exported('SELECT * FROM facts', { column_delimiter, null_as: '<null>' });
    expect(data.map((file) => file.toString().split('\n')[0])).toContain(columns.join(delimiter));
    expect(comparable(await readCsv(service.workDir, data, { delimiter, nullAs: '<null>' }))).toEqual(expected);
  });

  it('CSV without null_as, except that NULL and an empty text look alike', async () => {
    const { data } = await exported('SELECT * FROM facts', {});
    expect(comparable(await readCsv(service.workDir, data))).toEqual(withoutEmpty(expected));
  });
});

it('a PARQUET job cannot be compressed twice: refused with a pointer', async () => {
  const body = { query: 'SELECT 1 AS a', content_type: 'PARQUET', compression: 'GZIP' };
  const { body: problem } = await service.demo.problem('POST', '/bulk/jobs', { body });
  expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST', errors: [{ pointer: '/compression' }] });
});

it('single_file keeps the order of the query, in exactly one file with one header line', async () => {
  const query = 'SELECT x AS n FROM generate_series(1, 20000) AS g(x) ORDER BY n DESC';
  const { files, data } = await exported(query, { single_file: true });
  const results = await service.demo.results((await service.demo.list('?limit=1')).jobs[0]?.job_id ?? '');
  expect(files).toHaveLength(1);
  expect(results.download_url).toBe(results.files[0]?.download_url);
  const lines = data[0]?.toString().trimEnd().split('\n') ?? [];
  expect(lines).toEqual(['n', ...Array.from({ length: 20_000 }, (_, at) => String(20_000 - at))]);
});

it('max_file_size_mb splits a large result without losing or doubling a row, and counts each file', async () => {
  const query = `SELECT x AS n, MD5(CAST(x AS VARCHAR)) || MD5(CAST(-x AS VARCHAR)) AS pad FROM generate_series(1, 300000) AS g(x)`;
  const { job, files, data } = await exported(query, { max_file_size_mb: 5 });
  expect(job.max_file_size_mb).toBe(5);
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(files.filter((file) => file.data.length > 5 * 1024 * 1024)).toEqual([]);
  expect(data.map((file) => file.toString().trimEnd().split('\n').length - 1)).toEqual(files.map(({ rows }) => rows));
  const seen = data.flatMap((file) => file.toString().trimEnd().split('\n').slice(1));
  expect(new Set(seen.map((line) => Number(line.split(',')[0]))).size).toBe(300_000);
  expect(seen).toHaveLength(300_000);
});

it('a job asks for larger files than the service writes: refused with the limit', async () => {
  const body = { query: 'SELECT 1 AS a', max_file_size_mb: 101 };
  const { body: problem } = await service.demo.problem('POST', '/bulk/jobs', { body });
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer: '/max_file_size_mb' }] });
});

it.each(['CSV', 'JSON', 'PARQUET'])(
  'partition_by with %s makes one folder per value, odd values and NULL included',
  async (content_type) => {
    const query = `SELECT 'north' AS region, 1 AS n UNION ALL SELECT 'S\u00e3o Paulo', 2
    UNION ALL SELECT 'a/b=c%&?#', 3 UNION ALL SELECT NULL, 4 UNION ALL SELECT 'north', 5`;
    const { job, files, data } = await exported(query, { content_type, partition_by: ['region'] });
    const folders = new Map(files.map(({ name }, at) => [parse(name).dir, data[at]]));
    const decoded = [...folders.keys()].map((folder) => decodeURIComponent(folder)).sort();
    const values = ['S\u00e3o Paulo', '__HIVE_DEFAULT_PARTITION__', 'a/b=c%&?#', 'north'];
    expect(decoded).toEqual(values.map((value) => `region=${value}`));
    expect([...folders.keys()].filter((folder) => folder.split('/').length > 1)).toEqual([]);
    const rowsOf = async (folder: string) => {
      const own = [folders.get(folder) ?? Buffer.alloc(0)];
      if (content_type === 'CSV') return readCsv(service.workDir, own);
      return content_type === 'JSON' ? readJson(own, ['n']) : readParquet(service.workDir, own);
    };
    expect((await rowsOf('region=north')).map(([n]) => n).sort()).toEqual(['1', '5']);
    expect(await rowsOf('region=__HIVE_DEFAULT_PARTITION__')).toEqual([['4']]);
    expect(job).toMatchObject({ number_records_processed: 5, files: 4 });
  },
);

describe('a result without rows is still a result:', () => {
  it('CSV has its header line', async () => {
    const { job, data } = await exported('SELECT id, note FROM facts WHERE id = 0', { single_file: true });
    expect(data.map(String)).toEqual(['id,note\n']);
    expect(job).toMatchObject({ number_records_processed: 0, files: 1 });
  });

  it.each(['JSON', 'PARQUET'])('%s has an empty list of files', async (content_type) => {
    const { job } = await exported('SELECT id, note FROM facts WHERE id = 0', { content_type });
    expect(job).toMatchObject({ state: 'JobComplete', number_records_processed: 0, files: 0, bytes: 0 });
    expect(await service.demo.results(job.job_id)).toMatchObject({
      files: [],
      file_count: 0,
      rows: 0,
      download_url: null,
    });
    const { body } = await service.demo.problem('GET', `/bulk/jobs/${job.job_id}/files/1`);
    expect(body.code).toBe('FILE_NOT_FOUND');
  });
});

it.each(['CSV', 'JSON', 'PARQUET'])('a %s result of one row counts one row', async (content_type) => {
  const { job, files } = await exported('SELECT 1 AS one', { content_type, single_file: true });
  expect(job).toMatchObject({ number_records_processed: 1, files: 1 });
  expect(files.map(({ rows }) => rows)).toEqual([1]);
});

it('the results name schema, content type, checksum and stable links that lead to the very file', async () => {
  const { job, files } = await exported('SELECT id, amount, note, info FROM facts', {
    compression: 'GZIP',
    single_file: true,
  });
  const results = await service.demo.results(job.job_id);
  expect(results.schema.map(({ name }) => name)).toEqual(['id', 'amount', 'note', 'info']);
  const [file] = results.files;
  expect(file).toMatchObject({ n: 1, rows: facts.length, content_type: 'application/gzip' });
  expect(file?.checksum?.value).toBeTruthy();
  const redirect = await service.demo.call('GET', file?.url.replace('/v1', '') ?? '');
  expect(redirect.status).toBe(307);
  const direct = await fetch(redirect.headers.get('location') ?? '');
  expect(direct.headers.get('content-encoding')).toBeNull();
  expect(direct.headers.get('content-type')).toBe('application/gzip');
  expect(Buffer.from(await direct.arrayBuffer()).equals(files[0]?.data ?? Buffer.alloc(0))).toBe(true);
});
