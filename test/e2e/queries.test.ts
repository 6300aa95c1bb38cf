import { startService, type Service } from './harness.ts';
import { literal } from './support/facts.ts';
import { failures, queries, refusals } from './support/queries.ts';
import { objectsIn } from './support/read-files.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
  const { warehouse } = service;
  await warehouse.run('CREATE TABLE numbers (n INT)');
  await warehouse.run('INSERT INTO numbers VALUES (1), (2), (3), (4)');
  await warehouse.run('CREATE TABLE "データ" ("größe" INT)');
  await warehouse.run('INSERT INTO "データ" VALUES (7)');
});
afterAll(() => service.stop());

/** The rows of a query as they come out at the other end. */
async function rowsOf(query: string) {
  const job = await service.demo.complete(query, { content_type: 'JSON', single_file: true });
  const files = await service.demo.download(job.job_id);
  return objectsIn(files.map(({ data }) => data));
}

/** Redshift counts characters, from 1; an astral one is one. */
const positionOf = (query: string, part: string): number => Array.from(query.slice(0, query.indexOf(part))).length + 1;

describe('the right rows come out although the query has', () => {
  it.each(queries)('%s', async (_hazard, query, rows) => {
    expect(await rowsOf(query)).toEqual(rows);
  });

  it('a literal full of quotes, backslashes and every other character that can be one', async () => {
    const ascii = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => 32 + at));
    const text = `${ascii}\t\n\r${`'\\"\\\\''\\'`.repeat(500)}\\`;
    expect(await rowsOf(`SELECT ${literal(text)} AS text`)).toEqual([{ text }]);
  });

  it('97 columns and 90 KB of text', async () => {
    const list = Array.from({ length: 97 }, (_, at) => `${at} AS c${at}`).join(', ');
    const query = `SELECT ${list} /* ${'long '.repeat(17_500)} */`;
    expect((await rowsOf(query)).map((row) => Object.keys(row).length)).toEqual([97]);
  });
});

describe('a query that fails says why and where, in the words of who sent it:', () => {
  it.each(failures)('%s', async (_hazard, query, error, at) => {
    const { job_id } = await service.demo.start(query);
    const job = await service.demo.finished(job_id);
    expect(job).toMatchObject({ state: 'Failed', result_location: null, files: 0, number_records_processed: 0 });
    expect(job.error).toMatchObject({ retryable: false, ...error });
    if (at !== undefined) expect(job.error?.details.position).toBe(positionOf(query, at));
    expect(job.error?.message).not.toMatch(/UNLOAD|arn:aws|s3:\/\/|SELECT \* FROM \(/);
    const { body } = await service.demo.problem('GET', `/bulk/jobs/${job_id}/results`);
    expect(body.code).toBe('RESULTS_NOT_READY');
  });

  it('leaves no files', async () => {
    const failed = (await service.demo.list('?state=Failed')).jobs;
    const keys = await Promise.all(failed.map(({ job_id }) => service.objects(`results/demo/${job_id}/`)));
    expect(failed).toHaveLength(failures.length);
    expect(keys.flat()).toEqual([]);
  });
});

describe('a statement that may not be exported is refused before anything is stored:', () => {
  it.each(refusals)('%s', async (query, reason, at) => {
    const tenant = service.demo;
    const before = (await tenant.list('?limit=1')).jobs.map(({ job_id }) => job_id);
    const { status, body } = await tenant.problem('POST', '/bulk/jobs', { body: { query, start: true } });
    expect({ status, code: body.code, reason: body.reason }).toEqual({ status: 400, code: 'QUERY_REFUSED', reason });
    expect(body.hint).not.toBe('');
    expect(body.errors).toMatchObject([{ pointer: '/query' }]);
    if (at !== undefined) expect(body.position).toBe(positionOf(query, at));
    expect((await tenant.list('?limit=1')).jobs.map(({ job_id }) => job_id)).toEqual(before);
  });

  it('and the warehouse never sees any of it', async () => {
    expect(await service.warehouse.rows('SELECT COUNT(*), SUM(n) FROM numbers')).toEqual([['4', '10']]);
  });
});
