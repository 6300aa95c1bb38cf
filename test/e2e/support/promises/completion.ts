import { problems } from '../../../../contract/problems.ts';
import type { Row } from './row.ts';
import { query } from './stage.ts';

export const completion: readonly Row[] = [
  {
    point: 1,
    promise: 'a complete job says when it was done, how much it is and where',
    show: async ({ complete, path }) => {
      const job = await complete();
      expect(job).toMatchObject({ is_finished: true, number_records_processed: 1, error: null });
      expect(job.result_location).toBe(`/v1${path(job)}/results`);
      expect(Date.parse(job.completed_at ?? '')).toBeLessThanOrEqual(Date.now());
      expect(job.bytes).toBeGreaterThan(0);
      expect(job.files).toBeGreaterThan(0);
    },
  },
  {
    point: 1,
    promise: 'its results are files to download, whose rows and bytes add up to those of the job',
    show: async ({ client, complete }) => {
      const job = await complete();
      const { rows, bytes, file_count, schema } = await client.results(job.job_id);
      expect({ rows, bytes, file_count }).toEqual({ rows: 1, bytes: job.bytes, file_count: job.files });
      expect(schema.map(({ name }) => name)).toEqual(['one']);
      const files = await client.download(job.job_id);
      expect(files.map(({ data }) => data.toString()).join('')).toContain('one\n1\n');
    },
  },
  {
    point: 1,
    promise: 'a failed job is read like any other, with its end and a reason to act on',
    show: async ({ client, failed, path }) => {
      const { status, body } = await client.call('GET', path(await failed()));
      expect(status).toBe(200);
      expect(body.error).toMatchObject({ code: 'RELATION_NOT_FOUND', category: 'resource', retryable: false });
      expect(body.error?.message).toContain('nowhere');
      expect(body).toMatchObject({ is_finished: true, files: 0, result_location: null });
      expect(body.completed_at).not.toBeNull();
    },
  },
  {
    point: 1,
    promise: 'an error of the SQL has its state and the place in the query as it was sent',
    show: async ({ client, ends, service }) => {
      await service.warehouse.run('CREATE TABLE seen (id INT)');
      await service.warehouse.run(`GRANT SELECT ON seen TO "${client.tenantId}"`);
      const sql = 'SELECT id,\n  invalid_column FROM seen';
      const { error } = await ends(sql, 'Failed');
      expect(error).toMatchObject({
        code: 'QUERY_ERROR',
        details: { sql_state: '42703', position: sql.indexOf('invalid_column') + 1 },
      });
    },
  },
  {
    point: 1,
    promise: 'there are no results before the end and none of a failed job: 409, and the job says why',
    show: async ({ client, failed, path }) => {
      const open = await client.create({ query });
      for (const job of [open, await failed()])
        expect((await client.problem('GET', path(job, '/results'))).body).toMatchObject({
          status: 409,
          code: 'RESULTS_NOT_READY',
        });
    },
  },
  {
    point: 1,
    promise: 'a refused request is a problem with type, title, status, detail, instance, and a hint what to do',
    show: async ({ client }) => {
      const { headers, body } = await client.problem('GET', '/bulk/jobs/01K00000000000000000000000');
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({
        type: 'urn:spectra-bulk:error:JOB_NOT_FOUND',
        title: problems.JOB_NOT_FOUND.title,
        status: 404,
        instance: '/bulk/jobs/01K00000000000000000000000',
      });
      expect(body.detail).not.toBe('');
      expect(body.hint).not.toBe('');
      expect(body.request_id).not.toBe('');
    },
  },
  {
    point: 1,
    promise: 'faults of a request are all named at once, each with its place in the body',
    show: async ({ client }) => {
      const body = { query, content_type: 'XML', max_file_size_mb: 1 };
      const { errors = [] } = (await client.problem('POST', '/bulk/jobs', { body })).body;
      expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/content_type', '/max_file_size_mb']);
    },
  },
];

export const partialSuccess: readonly Row[] = [
  {
    point: 7,
    promise: 'a job that did what was meant has no warnings',
    show: async ({ complete }) => {
      expect(await complete()).toMatchObject({ has_warnings: false, warnings: [] });
    },
  },
  {
    point: 7,
    promise: 'a complete job whose result may not be what was meant says so, with a code, words and how many records',
    show: async ({ client }) => {
      const job = await client.complete('SELECT 1 AS one WHERE false', { content_type: 'JSON' });
      expect(job).toMatchObject({ state: 'JobComplete', has_warnings: true });
      expect(job.warnings.map(({ code }) => code)).toEqual(['EMPTY_RESULT']);
      expect(job.warnings[0]).toHaveProperty('affected_records');
      expect(job.warnings[0]?.message).not.toBe('');
    },
  },
  {
    point: 7,
    promise: 'warnings are told in the list too',
    show: async ({ client }) => {
      await client.complete('SELECT 2 AS two WHERE false', { content_type: 'JSON', tag: 'empty' });
      expect((await client.list('?tag=empty')).jobs).toMatchObject([
        { has_warnings: true, warnings: [{ code: 'EMPTY_RESULT' }] },
      ]);
    },
  },
];
