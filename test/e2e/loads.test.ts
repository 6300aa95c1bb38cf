import type { JobLog } from '../../contract/logs.ts';
import type { Compression } from '../../contract/formats.ts';
import { LoadOperation } from '../../contract/load.ts';
import type { RunList } from '../../contract/runs.ts';
import { startService, type Service } from './harness.ts';
import { ahead } from './support/loads/ahead.ts';
import { compress, parquetOf } from './support/loads/write-files.ts';

type Layout = 'CSV' | 'JSON lines' | 'JSON array' | 'PARQUET';
interface Case {
  operation: LoadOperation;
  layout: Layout;
  compression: Compression;
}
type Row = readonly [id: string, name: string | null, price: string | null, day: string | null, ok: string | null];

const texts: readonly Layout[] = ['CSV', 'JSON lines', 'JSON array'];
const compressions: readonly Compression[] = ['NONE', 'GZIP', 'ZSTD', 'BZIP2'];
const cases: readonly Case[] = LoadOperation.options.flatMap((operation) => [
  ...texts.flatMap((layout) => compressions.map((compression) => ({ operation, layout, compression }))),
  { operation, layout: 'PARQUET' as const, compression: 'NONE' as const },
]);

const before: readonly Row[] = [
  ['1', 'one', '1.50', '2001-01-01', 'true'],
  ['2', 'two', null, null, 'false'],
  ['3', 'three', '3.00', '2003-03-03', null],
];
const odd = 'say "x",\nthen 𝄞 Ω';
/** What is sent, and what the table is afterwards. */
const stories: Readonly<Record<LoadOperation, { sent: readonly Row[]; after: readonly Row[] }>> = {
  insert: {
    sent: [
      ['4', odd, '4.25', '2004-02-29', 'true'],
      ['5', null, null, null, null],
    ],
    after: [...before, ['4', odd, '4.25', '2004-02-29', 'true'], ['5', null, null, null, null]],
  },
  update: {
    sent: [
      ['3', odd, '0.01', null, 'false'],
      ['1', null, '9999.99', '1999-12-31', 'true'],
    ],
    after: [
      ['1', null, '9999.99', '1999-12-31', 'true'],
      ['2', 'two', null, null, 'false'],
      ['3', odd, '0.01', null, 'false'],
    ],
  },
  upsert: {
    sent: [
      ['2', odd, '2.20', '2002-02-02', 'true'],
      ['6', 'six', null, '2006-06-06', null],
    ],
    after: [
      ['1', 'one', '1.50', '2001-01-01', 'true'],
      ['2', odd, '2.20', '2002-02-02', 'true'],
      ['3', 'three', '3.00', '2003-03-03', null],
      ['6', 'six', null, '2006-06-06', null],
    ],
  },
  delete: {
    sent: [
      ['1', 'not', '7.00', null, null],
      ['3', 'read', null, null, 'true'],
    ],
    after: [['2', 'two', null, null, 'false']],
  },
};

const columns = ['id', 'name', 'price', 'day', 'ok'] as const;
const types = ['INTEGER', 'VARCHAR', 'DECIMAL(8,2)', 'DATE', 'BOOLEAN'];
const literal = (value: string | null, type = '') =>
  `CAST(${value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`} AS ${type})`;
const valuesOf = (rows: readonly Row[]) =>
  rows.map((row) => `SELECT ${row.map((value, at) => `${literal(value, types[at])} AS ${columns[at]}`).join(', ')}`);
const csv = (rows: readonly (readonly (string | null)[])[]) =>
  rows
    .map((row) => `${row.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join()}\n`)
    .join('');
const objects = (rows: readonly Row[]) =>
  rows.map(([id, name, price, day, ok]) =>
    JSON.stringify({ id: Number(id), name, price, day, ok: ok === null ? null : ok === 'true' }),
  );

let service: Service;
let client: Service['demo'];
let outcome: (one: Case) => ReturnType<typeof run>;

beforeAll(async () => {
  service = await startService();
  client = service.demo;
  await service.aws.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  outcome = ahead(cases, run);
});
afterAll(() => service.stop());

async function fileOf(rows: readonly Row[], layout: Layout): Promise<string | Buffer> {
  switch (layout) {
    case 'CSV':
      return csv([columns, ...rows]);
    case 'JSON lines':
      return objects(rows).join('\n');
    case 'JSON array':
      return ` [${objects(rows).join(' ,\n')}]\n`;
    case 'PARQUET':
      return parquetOf(service.workDir, valuesOf(rows).join(' UNION ALL '));
  }
}

const tableOf = ({ operation, layout, compression }: Case) =>
  `demo.${`${operation}_${layout}_${compression}`.toLowerCase().replace(' ', '_')}`;

const contents = async (table: string) =>
  (
    await service.aws.redshift.query(
      `SELECT ${columns.map((name) => `${name}::VARCHAR AS ${name}`).join(', ')} FROM ${table} ORDER BY ${table}.id`,
    )
  ).map((row) => columns.map((name) => row[name]));

async function run(one: Case) {
  const { operation, layout, compression } = one;
  const object = tableOf(one);
  await service.aws.redshift.query(`CREATE TABLE ${object} AS ${valuesOf(before).join(' UNION ALL ')}`);
  const file = await compress(await fileOf(stories[operation].sent, layout), compression);
  const content_type = layout.split(' ')[0];
  const key = operation === 'insert' ? {} : { external_id_field: 'id' };
  const job = await client.load({ operation, object, content_type, compression, ...key }, [file]);
  return { job, bytes: file.length, table: await contents(object) };
}

describe.each(cases)('$operation of $layout, $compression', (one) => {
  it('changes the table just as the file says, and counts it', async () => {
    const { job, bytes, table } = await outcome(one);
    expect(job).toMatchObject({ state: 'JobComplete', error: null, warnings: [], has_warnings: false });
    expect(table).toEqual(stories[one.operation].after);
    expect(job).toMatchObject({
      number_records_processed: 2,
      number_records_failed: 0,
      bytes,
      uploads: { files: 1, bytes },
      compression: one.compression,
    });
  });
});

describe('what a complete load shows', () => {
  const shown: Case = { operation: 'upsert', layout: 'JSON array', compression: 'GZIP' };
  const of = async () => {
    const found = cases.find((one) => JSON.stringify(one) === JSON.stringify(shown));
    if (!found) throw new Error('no such case');
    return (await outcome(found)).job;
  };

  it('its options, and links to its rows but none to a result', async () => {
    const job = await of();
    const self = `/v1/bulk/jobs/${job.job_id}`;
    expect(job).toMatchObject({
      operation: 'upsert',
      object: tableOf(shown),
      external_id_field: ['id'],
      max_errors: 100_000,
      all_or_nothing: false,
      result_location: `${self}/successful-results`,
      attempt: 1,
    });
    expect(job.links).toEqual({
      self,
      runs: `${self}/runs`,
      logs: `${self}/logs`,
      successful_results: `${self}/successful-results`,
      failed_results: `${self}/failed-results`,
      unprocessed_results: `${self}/unprocessed-results`,
    });
    expect(job).not.toHaveProperty('single_file');
    expect((await client.problem('GET', `${self.slice(3)}/results`)).body.code).toBe('WRONG_OPERATION');
    const redirected = await client.call('GET', `${self.slice(3)}?redirect=true`);
    expect([redirected.status, redirected.headers.get('location')]).toEqual([303, job.result_location]);
  });

  it('no query, even where one is asked for', async () => {
    const { job_id } = await of();
    const { status, body } = await client.call('GET', `/bulk/jobs/${job_id}?include=query`);
    expect({ status, query: body.query, job_id: body.job_id }).toEqual({ status: 200, query: undefined, job_id });
  });

  it('its rows, with what became of each; the rejected ones are a header alone', async () => {
    const { job_id } = await of();
    expect(await client.rows(job_id, 'successful')).toEqual([
      ['id', 'name', 'price', 'day', 'ok', '_line', '_file', '_created'],
      ['2', odd, '2.20', '2002-02-02', 'true', '1', '1', 'false'],
      ['6', 'six', '', '2006-06-06', '', '2', '1', 'true'],
    ]);
    expect(await client.rows(job_id, 'failed')).toEqual([
      ['id', 'name', 'price', 'day', 'ok', '_error', '_line', '_file', '_column'],
    ]);
    expect(await client.rows(job_id, 'unprocessed')).toEqual([]);
    expect((await client.problem('GET', `/bulk/jobs/${job_id}/failed-results?file=2`)).body.code).toBe(
      'FILE_NOT_FOUND',
    );
  });

  it('its one run, and a log of what was done to it', async () => {
    const { job_id } = await of();
    const { runs } = (await client.call<RunList>('GET', `/bulk/jobs/${job_id}/runs`)).body;
    expect(runs).toMatchObject([{ run_id: `${job_id}.1`, state: 'JobComplete', error: null }]);
    const log = (await client.call<JobLog>('GET', `/bulk/jobs/${job_id}/logs`)).body;
    expect(log.entries.map(({ event, to }) => [event, to])).toEqual([
      ['created', 'Open'],
      ['started', 'UploadComplete'],
      ['admitted', 'InProgress'],
      ['submitted', 'InProgress'],
      ['completed', 'JobComplete'],
    ]);
    expect(log.entries.at(-1)?.details).toMatchObject({ rows: 2 });
  });

  it('itself in lists of its operation and of its table, and in no others', async () => {
    const { job_id, object } = await of();
    const ids = async (query: string) => (await client.list(query)).jobs.map((job) => job.job_id);
    expect(await ids(`?object=${object}`)).toEqual([job_id]);
    expect(await ids(`?operation=upsert&object=${object}`)).toEqual([job_id]);
    expect(await ids(`?operation=insert&object=${object}`)).toEqual([]);
    expect(await ids('?operation=upsert&limit=1000')).toHaveLength(13);
    expect(await ids('?operation=query')).toEqual([]);
  });
});

it('a load of another tenant’s table is refused, and so is one that starts at once', async () => {
  const load = { operation: 'insert', object: 'other.t' };
  const refused = await client.problem('POST', '/bulk/jobs', { body: load });
  expect([refused.status, refused.body.code]).toEqual([403, 'OBJECT_NOT_ALLOWED']);
  const body = { ...load, object: 'demo.t', start: true };
  expect((await client.problem('POST', '/bulk/jobs', { body })).body.code).toBe('INVALID_REQUEST');
});
