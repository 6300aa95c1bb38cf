import type { QueryResult } from '../../contract/queries.ts';
import { type Client, type Service, startService, until } from './harness.ts';

let service: Service;
let analyst: Client;
let exporter: Client;

beforeAll(async () => {
  service = await startService({ settings: { SPECTRA_DEFAULT_TIMEOUT_SECONDS: '10' } });
  analyst = await service.tenant('acme', ['query']);
  exporter = await service.tenant('acme', ['query', 'bulk:read', 'bulk:write']);
  await service.warehouse.run('CREATE TABLE sales (id INT, region VARCHAR(20), amount DECIMAL(10,2))');
  await service.warehouse.run(
    "INSERT INTO sales SELECT i, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END, i * 1.25 FROM generate_series(1, 20000) AS a(i)",
  );
});
afterAll(() => service.stop());

const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

async function rowsOf(query: string, more: object = {}): Promise<QueryResult> {
  const reply = await analyst.call<QueryResult>('POST', '/queries', { body: { query, ...more } });
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.body;
}
const refused = (query: string, more: object = {}) => analyst.problem('POST', '/queries', { body: { query, ...more } });

describe('a short query', () => {
  it('is answered with its rows, typed, with their columns', async () => {
    const result =
      await rowsOf(`SELECT 1::INT AS i, 9007199254740993::BIGINT AS big, 5::BIGINT AS small, (-9223372036854775807)::BIGINT AS least, 12.50::DECIMAL(10,2) AS d,
      0.5::FLOAT8 AS f, TRUE AS b, NULL::VARCHAR AS n, 'tëxt' AS t, DATE '2024-02-29' AS day, JSON_PARSE('{"a":[1,null]}') AS s`);
    expect(result.columns).toEqual([
      { name: 'i', type: 'integer' },
      { name: 'big', type: 'bigint' },
      { name: 'small', type: 'bigint' },
      { name: 'least', type: 'bigint' },
      { name: 'd', type: 'numeric' },
      { name: 'f', type: 'double precision' },
      { name: 'b', type: 'boolean' },
      { name: 'n', type: 'character varying' },
      { name: 't', type: 'character varying' },
      { name: 'day', type: 'date' },
      { name: 's', type: 'super' },
    ]);
    expect(result.rows).toEqual([
      [
        1,
        '9007199254740993',
        5,
        '-9223372036854775807',
        '12.50',
        0.5,
        true,
        null,
        'tëxt',
        '2024-02-29',
        { a: [1, null] },
      ],
    ]);
    expect(result).toMatchObject({ row_count: 1, truncated: false, truncated_by: null });
    expect(result.execution_time_ms).toBeLessThan(10_000);
  });

  it('is one call of the Data API, and one for its rows', async () => {
    service.aws.calls.reset();
    await rowsOf('SELECT count(*) AS n FROM sales');
    const own = service.aws.calls.snapshot().filter(({ caller }) => caller === 'queries-api');
    expect(own.map(({ operation, calls }) => [operation, calls]).sort()).toEqual([
      ['ExecuteStatement', 1],
      ['GetStatementResult', 1],
    ]);
  });

  it('keeps its order, and a limit and an offset of its own', async () => {
    const { rows } = await rowsOf('SELECT id FROM sales ORDER BY id DESC LIMIT 3 OFFSET 1 -- the end');
    expect(rows).toEqual([[19_999], [19_998], [19_997]]);
    expect((await rowsOf('SELECT id FROM sales ORDER BY id')).rows.slice(0, 2)).toEqual([[1], [2]]);
  });

  it('with no rows has its columns all the same', async () => {
    expect(await rowsOf('SELECT id FROM sales WHERE false')).toMatchObject({
      columns: [{ name: 'id', type: 'integer' }],
      rows: [],
      row_count: 0,
      truncated: false,
    });
  });
});

describe('an answer stays small enough to be sent:', () => {
  it('10,000 rows at most, and it says that there are more', async () => {
    const result = await rowsOf('SELECT id FROM sales ORDER BY id');
    expect(result).toMatchObject({ row_count: 10_000, truncated: true, truncated_by: 'rows' });
    expect(result.rows.at(-1)).toEqual([10_000]);
  });

  it('exactly as many rows as fit are not called truncated', async () => {
    expect(await rowsOf('SELECT id FROM sales WHERE id <= 10000')).toMatchObject({
      row_count: 10_000,
      truncated: false,
    });
    expect(await rowsOf('SELECT id FROM sales', { max_rows: 7 })).toMatchObject({ row_count: 7, truncated: true });
  });

  it('rows that are too wide are cut off by their bytes', async () => {
    const result = await rowsOf("SELECT id, repeat('x', 60000) AS wide FROM sales ORDER BY id LIMIT 200");
    expect(result).toMatchObject({ truncated: true, truncated_by: 'bytes' });
    expect(result.row_count).toBe(83);
  });
});

describe('parameters', () => {
  it('are bound beside the statement, never spliced into it', async () => {
    const hostile = "north' OR '1'='1' --";
    const query = 'SELECT count(*) AS n FROM sales WHERE region = :region AND id <= :most';
    expect((await rowsOf(query, { parameters: { region: 'north', most: 10 } })).rows).toEqual([[5]]);
    expect((await rowsOf(query, { parameters: { region: hostile, most: 10 } })).rows).toEqual([[0]]);
  });

  it('that look like a placeholder within a text or a cast are none', async () => {
    expect((await rowsOf("SELECT ':region' AS a, '1'::INT AS b")).rows).toEqual([[':region', 1]]);
  });

  it.each([
    ['missing', 'SELECT :a AS a', {}, '/parameters'],
    ['unused', 'SELECT 1', { parameters: { a: 1 } }, '/parameters/a'],
    ['empty', 'SELECT :a AS a', { parameters: { a: '' } }, '/parameters/a'],
    ['of a strange name', 'SELECT 1', { parameters: { 'a b': 1 } }, '/parameters/a b'],
    ['to be exported', 'SELECT :a AS a', { parameters: { a: 1 }, on_timeout: 'bulk' }, '/on_timeout'],
  ])('%s are a 400 with a pointer', async (_what, query, more, pointer) => {
    const { status, body } = await exporter.problem('POST', '/queries', {
      body: { query, ...more },
    });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect(body.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each(['SELECT * FROM :t', 'SELECT $1', 'SELECT ?', 'SELECT @x'])(
    'stand for values by name alone: %s',
    async (query) => {
      expect((await refused(query, { parameters: {} })).body).toMatchObject({ reason: 'SQL_PARAMETER', status: 400 });
    },
  );
});

describe('a query that may not run or does not', () => {
  it.each(['DELETE FROM sales', 'SELECT 1; SELECT 2', 'SELECT * FROM pg_user', 'SELECT * INTO t FROM sales'])(
    'is refused by its syntax tree: %s',
    async (query) => {
      expect((await refused(query)).body).toMatchObject({ status: 400, code: 'QUERY_REFUSED' });
    },
  );

  it('says why, with the state and the position in the text as it was sent', async () => {
    const query = 'SELECT id,\n  nope FROM sales LIMIT 5';
    const { status, body } = await refused(query);
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'QUERY_FAILED' });
    expect(body.error).toMatchObject({
      code: 'QUERY_ERROR',
      category: 'validation',
      details: { sql_state: '42703', position: query.indexOf('nope') + 1 },
    });
    expect(body.detail).toContain('nope');
  });

  it('needs the permission query, and bulk:write to be exported', async () => {
    const writer = await service.tenant('acme', ['bulk:read', 'bulk:write']);
    expect((await writer.problem('POST', '/queries', { body: { query: 'SELECT 1' } })).status).toBe(403);
    expect((await refused('SELECT 1', { on_timeout: 'bulk' })).body.code).toBe('FORBIDDEN');
    expect((await service.anybody().problem('POST', '/queries', { body: { query: 'SELECT 1' } })).status).toBe(401);
  });
});

describe('a query with an Idempotency-Key', () => {
  it('is answered again as it was, without being run again', async () => {
    const headers = { 'idempotency-key': 'same' };
    const call = { body: { query: 'SELECT random() AS r' }, headers };
    const first = await analyst.call<QueryResult>('POST', '/queries', call);
    const second = await analyst.call<QueryResult>('POST', '/queries', call);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const { body } = await analyst.problem('POST', '/queries', { body: { query: 'SELECT 2' }, headers });
    expect(body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('makes one job however often it is repeated', async () => {
    const call = {
      body: { query: endless, timeout_seconds: 1, on_timeout: 'bulk' },
      headers: { 'idempotency-key': 'over to bulk' },
    };
    const first = await exporter.call('POST', '/queries', call);
    const second = await exporter.call('POST', '/queries', call);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.job_id).toBe(first.body.job_id);
    await exporter.patch(first.body.job_id, { state: 'Aborted' });
    await exporter.finished(first.body.job_id);
  });
});

describe('a query that takes longer than it may', () => {
  const ended = (name: string) =>
    until(`the statement ${name} to be cancelled`, async () =>
      (await service.warehouse.statementsOf(name)).find(({ Status }) => Status === 'ABORTED'),
    );

  it('is really cancelled, and answered with 504', async () => {
    const { status, body } = await refused(endless, { timeout_seconds: 1 });
    expect({ status, code: body.code }).toEqual({ status: 504, code: 'QUERY_TIMEOUT' });
    await ended(':query:acme:');
  });

  it('goes on as a job where that is asked', async () => {
    const reply = await exporter.call('POST', '/queries', {
      body: { query: endless, timeout_seconds: 1, on_timeout: 'bulk', export: { content_type: 'PARQUET' } },
    });
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({ content_type: 'PARQUET', query: endless, is_finished: false });
    expect(reply.headers.get('location')).toBe(reply.body.status_url);
    await exporter.patch(reply.body.job_id, { state: 'Aborted' });
    expect((await exporter.finished(reply.body.job_id)).state).toBe('Aborted');
  });

  it('is refused before it runs when the export would not be taken', async () => {
    const { body } = await exporter.problem('POST', '/queries', {
      body: { query: endless, on_timeout: 'bulk', export: { content_type: 'PARQUET', compression: 'GZIP' } },
    });
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual(['/export/compression']);
  });
});
