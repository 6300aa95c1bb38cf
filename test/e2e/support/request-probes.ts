import type { Client } from './client.ts';

export const query = 'SELECT 1 AS one';
export const bodyOf = (text: string) => JSON.parse(text) as { code?: string; errors?: unknown[]; limit?: string };
export const post = (client: Client, body: unknown, headers: Record<string, string> = {}) =>
  client.call('POST', '/bulk/jobs', { body, headers });

/** One failed fault a request: a body of so many unknown fields. */
const faults = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 1]));
/** A query that has so many bytes. */
const queryOf = (bytes: number) => `SELECT '${'x'.repeat(bytes - "SELECT '' AS a".length)}' AS a`;

/** Shows that each limit on what a request may be is in force, as /limits has it. */
export const requestProbes = {
  request_body_bytes: async (value: number, client: Client): Promise<void> => {
    const padded = (bytes: number) => `{"query":"${query}"${' '.repeat(bytes - query.length - 12)}}`;
    expect(Buffer.byteLength(padded(value))).toBe(value);
    expect((await post(client, padded(value))).status).toBe(201);
    expect((await post(client, padded(value + 1))).status).toBe(413);
  },
  request_headers_bytes: async (value: number, client: Client): Promise<void> => {
    const padded = (bytes: number) =>
      client.call('GET', '/bulk/jobs?limit=1', { headers: { 'x-pad': 'x'.repeat(bytes) } });
    expect((await padded(value - 1000)).status).toBe(200);
    expect((await padded(value)).status).toBe(400);
  },
  json_depth: async (value: number, client: Client): Promise<void> => {
    const nested = (levels: number) => `{"partition_by":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(bodyOf((await post(client, nested(value))).text).code).toBe('INVALID_REQUEST');
    expect(bodyOf((await post(client, nested(value + 1))).text)).toMatchObject({
      code: 'INVALID_JSON',
      limit: 'json_depth',
    });
  },
  reported_errors: async (value: number, client: Client): Promise<void> => {
    const told = async (count: number) => bodyOf((await post(client, { query, ...faults(count) })).text).errors?.length;
    expect([await told(value), await told(value + 1), await told(20_000)]).toEqual([value, value, value]);
  },
  query_bytes: async (value: number, client: Client): Promise<void> => {
    expect((await post(client, { query: queryOf(value - 2) })).status).toBe(201);
    const { status, text } = await post(client, { query: queryOf(value - 1) });
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining('"pointer":"/query"') as unknown });
  },
};
