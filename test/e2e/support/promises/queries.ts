import type { QueryResult } from '../../../../contract/queries.ts';
import type { Row } from './row.ts';
import { endless, type Stage } from './stage.ts';

const ask = async ({ client }: Stage, query: string, more: object = {}): Promise<QueryResult> => {
  const reply = await client.call<QueryResult>('POST', '/queries', { body: { query, ...more } });
  if (reply.status !== 200) throw new Error(reply.text);
  return reply.body;
};
const refused = async ({ client }: Stage, query: string, more: object = {}) =>
  (await client.problem('POST', '/queries', { body: { query, ...more } })).body;

export const queries: readonly Row[] = [
  {
    point: 11,
    promise: 'a short query is answered with its rows, their columns and types, its time and its id',
    show: async (stage) => {
      const result = await ask(
        stage,
        "SELECT 1::INT AS i, 9007199254740993::BIGINT AS big, TRUE AS b, NULL::VARCHAR AS n, 'x' AS t",
      );
      expect(result.rows).toEqual([[1, '9007199254740993', true, null, 'x']]);
      expect(result.columns.slice(0, 3)).toEqual([
        { name: 'i', type: 'integer' },
        { name: 'big', type: 'bigint' },
        { name: 'b', type: 'boolean' },
      ]);
      expect(result).toMatchObject({ row_count: 1, truncated: false });
      expect(result.execution_time_ms).toBeGreaterThanOrEqual(0);
      expect(result.query_id).not.toBe('');
    },
  },
  {
    point: 11,
    promise: 'it is one call of the Data API and one for its rows',
    show: async (stage) => {
      stage.service.aws.calls.reset();
      await ask(stage, 'SELECT 2 AS two');
      const calls = stage.service.aws.calls.snapshot().filter(({ operation }) => operation.includes('Statement'));
      expect(calls.map(({ operation, calls: times }) => `${operation} ${times}`).sort()).toEqual([
        'ExecuteStatement 1',
        'GetStatementResult 1',
      ]);
    },
  },
  {
    point: 11,
    promise: 'more than 10,000 rows are cut off there, and the answer says so; fewer are fetched where fewer are asked',
    show: async (stage) => {
      const many = 'SELECT x AS n FROM generate_series(1, 10001) AS a(x) ORDER BY x';
      expect(await ask(stage, many)).toMatchObject({ row_count: 10_000, truncated: true, truncated_by: 'rows' });
      expect(await ask(stage, many, { max_rows: 3 })).toMatchObject({ rows: [[1], [2], [3]], truncated: true });
    },
  },
  {
    point: 11,
    promise: 'anything but one SELECT is refused before the warehouse hears of it',
    show: async (stage) => {
      stage.service.aws.calls.reset();
      for (const sql of ['DELETE FROM sales', 'SELECT 1; SELECT 2', 'DROP TABLE sales', 'SELECT * INTO t FROM sales'])
        expect(await refused(stage, sql)).toMatchObject({ status: 400, code: 'QUERY_REFUSED' });
      expect(stage.service.aws.calls.snapshot().filter(({ operation }) => operation === 'ExecuteStatement')).toEqual(
        [],
      );
    },
  },
  {
    point: 11,
    promise: 'parameters are bound: what looks like SQL in one stays a value',
    show: async (stage) => {
      const hostile = "x' OR '1'='1' --";
      const { rows } = await ask(stage, 'SELECT :given AS given', { parameters: { given: hostile } });
      expect(rows).toEqual([[hostile]]);
    },
  },
  {
    point: 11,
    promise: 'a parameter that is missing or not used is a 400 with a pointer',
    show: async (stage) => {
      const missing = await refused(stage, 'SELECT :a AS a');
      const unused = await refused(stage, 'SELECT 1 AS a', { parameters: { a: 1 } });
      expect([missing, unused].map(({ errors }) => errors?.[0]?.pointer)).toEqual(['/parameters', '/parameters/a']);
    },
  },
  {
    point: 11,
    promise: 'a query that the warehouse can not run is 422, with the error that a job would have',
    show: async (stage) => {
      const body = await refused(stage, 'SELECT nope FROM nowhere');
      expect(body).toMatchObject({ status: 422, code: 'QUERY_FAILED', error: { code: 'RELATION_NOT_FOUND' } });
    },
  },
  {
    point: 11,
    promise: 'a query past its time is 504, and its statement is really cancelled',
    show: async (stage) => {
      const body = await refused(stage, endless, { timeout_seconds: 1 });
      expect(body).toMatchObject({ status: 504, code: 'QUERY_TIMEOUT' });
      await stage.statement(`:query:${stage.tenant}:`, 'ABORTED');
    },
  },
  {
    point: 11,
    promise: 'or it goes on as a job, accepted with 202, where that is asked',
    show: async ({ client }) => {
      const body = { query: endless, timeout_seconds: 1, on_timeout: 'bulk', export: { content_type: 'PARQUET' } };
      const { status, headers, body: job } = await client.call('POST', '/queries', { body });
      expect({ status, content_type: job.content_type }).toEqual({ status: 202, content_type: 'PARQUET' });
      expect(headers.get('location')).toBe(job.status_url);
      await client.patch(job.job_id, { state: 'Aborted' });
      expect((await client.finished(job.job_id)).state).toBe('Aborted');
    },
  },
  {
    point: 11,
    promise: 'a query may take 20 seconds at most',
    show: async (stage) => {
      const { status, errors } = await refused(stage, 'SELECT 1 AS a', { timeout_seconds: 21 });
      expect({ status, at: errors?.[0]?.pointer }).toEqual({ status: 400, at: '/timeout_seconds' });
    },
  },
  {
    point: 5,
    promise: 'a query with a key is answered again as it was, without being run again',
    show: async ({ client }) => {
      const call = { body: { query: 'SELECT random() AS r' }, headers: { 'idempotency-key': 'same' } };
      const first = await client.call('POST', '/queries', call);
      const second = await client.call('POST', '/queries', call);
      expect(second.text).toBe(first.text);
      expect(second.headers.get('idempotency-replayed')).toBe('true');
    },
  },
];
