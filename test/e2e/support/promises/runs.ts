import type { ErrorCategory, JobView } from '../../../../contract/jobs.ts';
import type { JobLog } from '../../../../contract/logs.ts';
import type { RunList } from '../../../../contract/runs.ts';
import type { Row } from './row.ts';
import { failing, type Stage, query } from './stage.ts';

const runsOf = async ({ client, path }: Stage, job: JobView) =>
  (await client.call<RunList>('GET', path(job, '/runs'))).body.runs;
const logOf = async ({ client, path }: Stage, job: JobView) =>
  (await client.call<JobLog>('GET', path(job, '/logs'))).body.entries;

const category = (name: ErrorCategory, sql: string, told: object, hint: string): Row => ({
  point: 4,
  promise: `an error of the category ${name} says ${hint}`,
  show: async ({ ends }) => {
    expect((await ends(sql, 'Failed')).error).toMatchObject({ category: name, ...told });
  },
});

export const runs: readonly Row[] = [
  {
    point: 4,
    promise: 'a failed job runs again once its cause is gone, as a new run of the same job, without being sent again',
    show: async (stage) => {
      const { client, ends, path, service, tenant } = stage;
      const job = await ends('SELECT n FROM comes_later', 'Failed');
      await service.warehouse.run('CREATE TABLE comes_later AS SELECT 7 AS n');
      await service.warehouse.run(`GRANT SELECT ON comes_later TO "${tenant}"`);
      const { status, body } = await client.call('POST', path(job, '/retry'));
      expect(status).toBe(202);
      expect(body).toMatchObject({ job_id: job.job_id, attempt: 2, run_id: `${job.job_id}.2`, error: null });
      expect(await client.finished(job.job_id)).toMatchObject({ state: 'JobComplete', number_records_processed: 1 });
      expect((await runsOf(stage, job)).map(({ attempt, state }) => `${attempt} ${state}`)).toEqual([
        '2 JobComplete',
        '1 Failed',
      ]);
    },
  },
  {
    point: 4,
    promise: 'a cancelled job runs again when that is asked, and forgets that it was cancelled',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      await client.patch(job.job_id, { state: 'Aborted', reason: 'not yet' });
      const { status, body } = await client.call('POST', path(job, '/retry'));
      expect(status).toBe(202);
      expect(body).toMatchObject({ attempt: 2, cancelled_at: null, cancelled_by: null, reason: null });
      expect((await client.finished(job.job_id)).state).toBe('JobComplete');
    },
  },
  {
    point: 4,
    promise: 'a complete job is not run again',
    show: async ({ client, complete, path }) => {
      expect((await client.problem('POST', path(await complete(), '/retry'))).body.code).toBe('STATE_CONFLICT');
    },
  },
  {
    point: 4,
    promise: 'every run has its times, its statement and its error',
    show: async (stage) => {
      const [run] = await runsOf(stage, await stage.failed());
      expect(run).toMatchObject({ attempt: 1, state: 'Failed', error: { code: 'RELATION_NOT_FOUND' } });
      for (const at of [run?.queued_at, run?.started_at, run?.completed_at]) expect(Date.parse(at ?? '')).not.toBeNaN();
      expect(run?.statement_id).not.toBeNull();
      expect(run?.duration_seconds).toBeGreaterThanOrEqual(0);
    },
  },
  {
    point: 4,
    promise: 'the log tells who did what and when, from the creation to the end',
    show: async (stage) => {
      const job = await stage.complete();
      const entries = await logOf(stage, job);
      expect(entries.map(({ event, to }) => `${event} ${to}`)).toEqual([
        'created Open',
        'started UploadComplete',
        'admitted InProgress',
        'submitted InProgress',
        'completed JobComplete',
      ]);
      expect(entries[0]).toMatchObject({ at: job.created_at, by: stage.client.headers.authorization?.split('_')[1] });
      expect(entries.at(-1)).toMatchObject({ at: job.completed_at, by: 'finish-jobs' });
    },
  },
  {
    point: 4,
    promise: 'the log says why, and only grows at its end',
    show: async (stage) => {
      const job = await stage.client.create({ query: failing });
      await stage.client.patch(job.job_id, { state: 'Aborted', reason: 'too soon' });
      const before = await logOf(stage, job);
      expect(before.at(-1)).toMatchObject({ event: 'aborted', reason: 'too soon' });
      await stage.client.call('POST', stage.path(job, '/retry'));
      await stage.client.finished(job.job_id);
      const after = await logOf(stage, job);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.at(-1)).toMatchObject({ event: 'failed', attempt: 2 });
      expect(after.at(-1)?.reason).toContain('nowhere');
    },
  },
  category('validation', "SELECT CAST('a' AS INTEGER) AS a", { retryable: false }, 'that the query has to change'),
  category('permission', 'SELECT 1 AS no_permission', { retryable: false }, 'that access has to be asked for'),
  category('resource', failing, { retryable: false }, 'that something is not there'),
  category(
    'transient',
    'SELECT 1 AS broken_line',
    { retryable: true, retry_after: 30 },
    'to try again, and after how long',
  ),
  category('capacity', 'SELECT 1 AS stopped_by_rule', { retryable: true, retry_after: 300 }, 'to try again later'),
  {
    point: 4,
    promise: 'what is wrong with the query itself is not tried again by the service',
    show: async ({ failed }) => {
      expect(await failed()).toMatchObject({ state: 'Failed', attempt: 1, retry_at: null });
    },
  },
  {
    point: 4,
    promise: 'a passing fault of the warehouse is followed by another attempt, after a pause that the job tells',
    show: async (stage) => {
      const asked = Date.now();
      const job = await stage.pausing('SELECT 1 AS no_space');
      expect(job).toMatchObject({ state: 'UploadComplete', is_finished: false, attempt: 2, error: null });
      expect(job.last_error).toMatchObject({ code: 'DISK_FULL', category: 'capacity', retryable: true });
      expect(Date.parse(job.retry_at ?? '')).toBeGreaterThanOrEqual(asked);
      expect(Date.parse(job.retry_at ?? '')).toBeLessThanOrEqual(Date.now() + 300_000);
      expect((await runsOf(stage, job))[1]).toMatchObject({
        attempt: 1,
        state: 'Failed',
        error: { code: 'DISK_FULL' },
      });
      expect((await stage.client.patch(job.job_id, { state: 'Aborted' })).body.state).toBe('Aborted');
    },
  },
  {
    point: 4,
    promise: 'the attempts of the service are bounded, and the last error is then the error of the job',
    show: async ({ client, pausing, elapse, limit }) => {
      const { job_id } = await pausing('SELECT 2 AS no_space');
      await elapse(job_id);
      const job = await client.finished(job_id);
      expect(job).toMatchObject({
        state: 'Failed',
        attempt: await limit('max_attempts'),
        error: { code: 'DISK_FULL' },
      });
    },
  },
  {
    point: 7,
    promise: 'a job that needed more than one attempt is complete with a warning that says so',
    show: async ({ client, pausing, elapse }) => {
      const { job_id } = await pausing('SELECT 1 AS no_space_once_runs');
      await elapse(job_id);
      expect(await client.finished(job_id)).toMatchObject({
        state: 'JobComplete',
        last_error: null,
        warnings: [{ code: 'RETRIED' }],
      });
    },
  },
];
