import { JobRecord, RunRecord } from '../../../contract/records.ts';
import { viewLog } from '../../../core/jobs/job-log.ts';

const t = (seconds: number) => new Date(Date.parse('2026-11-22T10:00:00.000Z') + seconds * 1000);
const entry = (seconds: number, event: string, by: string) => ({ at: t(seconds).getTime(), event, by });
const ids = { tenant_id: 'acme', job_id: '01KAJ3T9V5Q8Z7N2M4R6W1XYBC', statement_id: 'statement-1' };
const times = { created_at: t(0).toISOString(), updated_at: t(0).toISOString(), queued_at: t(0).toISOString() };

const first = RunRecord.parse({
  type: 'run',
  ...ids,
  attempt: 1,
  state: 'Failed',
  completed_at: t(4).toISOString(),
  error: { code: 'DISK_FULL', category: 'capacity', message: 'Disk Full', retryable: true, details: {} },
  log: [entry(0, 'created', 'k'), entry(1, 'started', 'k'), entry(2, 'admitted', 's'), entry(4, 'failed', 'f')],
});
const job = JobRecord.parse({
  type: 'job',
  ...ids,
  ...times,
  operation: 'query',
  attempt: 2,
  state: 'JobComplete',
  started_at: t(6).toISOString(),
  completed_at: t(9).toISOString(),
  expires_at: t(100).toISOString(),
  ttl: t(200).getTime() / 1000,
  rows: 3,
  bytes: 30,
  files: 1,
  log: [entry(5, 'retried', 'k2'), entry(6, 'admitted', 's'), entry(7, 'submitted', 's'), entry(9, 'completed', 'f')],
});

it('tells the runs in their order, each state where the one before left off', () => {
  const log = viewLog(job, [first], t(50));
  expect(log.map(({ attempt, event, from, to }) => [attempt, event, from, to])).toEqual([
    [1, 'created', null, 'Open'],
    [1, 'started', 'Open', 'UploadComplete'],
    [1, 'admitted', 'UploadComplete', 'InProgress'],
    [1, 'failed', 'InProgress', 'Failed'],
    [2, 'retried', 'Failed', 'UploadComplete'],
    [2, 'admitted', 'UploadComplete', 'InProgress'],
    [2, 'submitted', 'InProgress', 'InProgress'],
    [2, 'completed', 'InProgress', 'JobComplete'],
  ]);
  expect(log.map(({ at }) => at)).toEqual(log.map(({ at }) => at).toSorted());
});

it('says why, and what came of it, from the run that an entry belongs to', () => {
  const log = viewLog(job, [first], t(50));
  expect(log.find(({ event }) => event === 'failed')).toMatchObject({
    reason: 'Disk Full',
    details: { code: 'DISK_FULL', category: 'capacity', retryable: true },
  });
  expect(log.find(({ event }) => event === 'submitted')?.details).toEqual({ statement_id: 'statement-1' });
  expect(log.at(-1)).toMatchObject({ by: 'f', details: { rows: 3, bytes: 30, files: 1 } });
});

it('a record of the present run, read a moment earlier, is not told twice', () => {
  expect(viewLog(job, [{ ...first, attempt: 2 }, first], t(50))).toEqual(viewLog(job, [first], t(50)));
});

it('results that have expired say so, and not a moment before', () => {
  expect(viewLog(job, [], t(99)).at(-1)?.event).toBe('completed');
  expect(viewLog(job, [], t(100)).at(-1)).toMatchObject({
    event: 'results_expired',
    at: t(100).toISOString(),
    to: 'JobComplete',
    by: 'retention',
  });
});
