import type { QueryResult } from '../../../contract/queries.ts';
import type { Client } from './client.ts';

/** It runs until it is cancelled. */
export const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

const ask = async (client: Client, query: string, more: object = {}): Promise<QueryResult> =>
  (await client.call<QueryResult>('POST', '/queries', { body: { query, ...more } })).body;

/** Columns that make a row of 1.3 MB. */
const wide = Array.from({ length: 20 }, (_, at) => `repeat('x', 65000) AS b${at}`).join(', ');

/** Shows that each limit of POST /queries is in force, as /limits has it. */
export const queryProbes = {
  result_size_threshold: async (value: number, client: Client): Promise<void> => {
    const answer = await ask(client, 'SELECT a.n FROM generate_series(1, 100) AS a(n)');
    expect(answer).toMatchObject({ row_count: value, truncated_by: 'rows' });
    expect(await ask(client, 'SELECT 1 AS n', { max_rows: value + 1 })).toMatchObject({ row_count: 1 });
  },
  default_timeout_seconds: async (value: number, client: Client): Promise<void> => {
    const started = performance.now();
    expect((await client.problem('POST', '/queries', { body: { query: endless } })).body.code).toBe('QUERY_TIMEOUT');
    expect((performance.now() - started) / 1000).toBeGreaterThanOrEqual(value);
  },
  query_result_bytes: async (value: number, client: Client): Promise<void> => {
    const answer = await ask(client, `SELECT ${wide} FROM generate_series(1, 7) AS a(n)`);
    expect(answer).toMatchObject({ truncated: true, truncated_by: 'bytes' });
    expect(JSON.stringify(answer.rows).length).toBeLessThanOrEqual(value);
  },
};
