import fc from 'fast-check';
import { PhaseName } from '../../../contract/progress.ts';
import { Progress } from '../../../contract/progress.ts';
import { JobRecord } from '../../../contract/records.ts';
import type { JobIn } from '../../../core/jobs/job.ts';
import { type Basis, type Observed, type Written, viewProgress } from '../../../core/jobs/progress.ts';

const start = Date.parse('2026-11-22T10:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

const record = (state: string, more: object = {}) =>
  JobRecord.parse({
    type: 'job',
    tenant_id: 'acme',
    job_id: '01KAJ3T9V5Q8Z7N2M4R6W1XYBC',
    operation: 'query',
    attempt: 1,
    created_at: at(0),
    updated_at: at(0),
    state,
    ...more,
  });
const kept = { expires_at: at(1000), ttl: 2_000_000_000 };
const error = { code: 'X', category: 'validation', message: 'x', retryable: false, details: {} };
const queued = { queued_at: at(0) };
const started = { ...queued, started_at: at(10) };
const ended = { ...started, completed_at: at(70), ...kept };
const complete = record('JobComplete', { ...ended, rows: 3, bytes: 30, files: 1 });
const running = record('InProgress', started) as JobIn<'InProgress'>;

const every = [
  record('Open', kept),
  record('UploadComplete', queued),
  record('UploadComplete', { ...queued, retry_at: at(99) }),
  running,
  complete,
  record('JobComplete', { ...ended, rows: 0, bytes: 0, files: 0 }),
  record('Failed', { ...ended, error }),
  record('Aborted', ended),
  record('Aborted', { ...queued, completed_at: at(5), ...kept }),
  record('Aborted', { completed_at: at(5), ...kept }),
];

const written = (more: Partial<Written> = {}): Written => ({
  files: 0,
  bytes: 0,
  first_at: undefined,
  manifest: false,
  more: false,
  ...more,
});
const seen = (seconds: number, look: Written, basis?: Basis): Observed => ({
  now: new Date(start + 10_000 + seconds * 1000),
  written: look,
  basis,
});
const statuses = (progress: Progress) => progress.phases.map(({ status }) => status);

it('every state tells of all phases in their order, of at most one that is in progress, and names that one', () => {
  for (const job of every) {
    const progress = Progress.parse(viewProgress(job));
    expect(progress.phases.map(({ name }) => name)).toEqual(PhaseName.options);
    const now = progress.phases.filter(({ status }) => status === 'in_progress');
    expect(now.map(({ name }) => name)).toEqual(progress.phase === null ? [] : [progress.phase]);
  }
});

it('a plain read invents nothing: no percentage and no end before the end', () => {
  for (const job of every.filter(({ state }) => state !== 'JobComplete')) {
    for (const guess of ['percentage', 'estimated_completion', 'current', 'total', 'files', 'bytes'])
      expect(viewProgress(job)).not.toHaveProperty(guess);
  }
  expect(viewProgress(complete)).toMatchObject({ percentage: 100, files: 1, bytes: 30, current: 30, total: 30 });
});

it('how the phases of an ended job ended says how far it came', () => {
  expect(every.slice(4).map((job) => statuses(viewProgress(job)).join(' '))).toEqual([
    'completed completed completed completed',
    'completed completed skipped completed',
    'completed failed skipped skipped',
    'completed failed skipped skipped',
    'failed skipped skipped skipped',
    'skipped skipped skipped skipped',
  ]);
  expect(viewProgress(complete).phases[0]).toEqual({
    name: 'queued',
    status: 'completed',
    started_at: at(0),
    duration_seconds: 10,
  });
});

it('the export begins with its first file and is over with its manifest', () => {
  const statusOf = (look: Partial<Written>) => statuses(viewProgress(running, seen(30, written(look)))).join(' ');
  expect(statusOf({})).toBe('completed in_progress pending pending');
  expect(statusOf({ files: 1, bytes: 9, first_at: at(25) })).toBe('completed completed in_progress pending');
  expect(statusOf({ files: 1, bytes: 9, first_at: at(25), manifest: true })).toBe(
    'completed completed completed in_progress',
  );
  expect(statusOf({ manifest: true })).toBe('completed completed skipped in_progress');
  const exporting = viewProgress(running, seen(30, written({ files: 1, bytes: 9, first_at: at(25) })));
  expect(exporting.phases[1]).toMatchObject({ started_at: at(10), duration_seconds: 15 });
  expect(exporting).toMatchObject({ phase: 'exporting', files: 1, bytes: 9 });
});

it('a file that S3 dates before its run, by whole seconds, makes no phase negative', () => {
  const progress = viewProgress(running, seen(1, written({ files: 1, bytes: 9, first_at: at(9) })));
  expect(progress.phases[1]?.duration_seconds).toBe(0);
  expect(progress.phases[2]?.started_at).toBe(at(10));
});

it('without an earlier run there is no percentage and no end, whatever is written', () => {
  const progress = viewProgress(running, seen(500, written({ files: 9, bytes: 999, first_at: at(11) })));
  for (const guess of ['percentage', 'estimated_completion', 'current', 'total'])
    expect(progress).not.toHaveProperty(guess);
});

it('an earlier run says how far this one is and when it ends, until that is over', () => {
  const basis = { bytes: 1000, seconds: 100 };
  expect(viewProgress(running, seen(25, written(), basis))).toMatchObject({
    percentage: 25,
    current: 0,
    total: 1000,
    estimated_completion: at(110),
  });
  const byBytes = written({ files: 1, bytes: 600, first_at: at(20) });
  expect(viewProgress(running, seen(25, byBytes, basis)).percentage).toBe(60);
  const late = viewProgress(running, seen(200, written({ files: 2, bytes: 1500, first_at: at(20) }), basis));
  expect(late.percentage).toBe(99);
  for (const over of ['estimated_completion', 'total']) expect(late).not.toHaveProperty(over);
});

const step = fc.record({
  wait: fc.double({ min: 0, max: 500, noNaN: true }),
  files: fc.nat(400),
  bytes: fc.nat(1_000_000),
});
const basis = fc.record({ bytes: fc.nat(2_000_000), seconds: fc.double({ min: 0, max: 5000, noNaN: true }) });

it('the percentage never falls, never is 100 before the end, and once it is not told any more stays away', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), basis, (steps, by) => {
      let [seconds, files, bytes, before, gone] = [0, 0, 0, 0, false];
      for (const next of steps) {
        seconds += next.wait;
        files += next.files;
        bytes += next.bytes;
        // A page of the first thousand names can lose large files to smaller ones as more appear.
        const more = files > 1000;
        const look = written({
          files: Math.min(files, 1000),
          bytes: more ? next.bytes : bytes,
          first_at: at(20),
          more,
        });
        const { percentage } = Progress.parse(viewProgress(running, seen(seconds, look, by)));
        if (percentage === undefined) gone = true;
        else {
          expect(gone).toBe(false);
          expect(percentage).toBeGreaterThanOrEqual(before);
          expect(percentage).toBeLessThanOrEqual(99);
          before = percentage;
        }
      }
    }),
  );
});

it('phases only go on, never back, as time passes and files appear', () => {
  const order = ['executing', 'exporting', 'finalizing'];
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(20), (steps, manifestAt) => {
      let [files, before] = [0, 0];
      for (const [index, next] of steps.entries()) {
        files += next.files;
        const look = written({
          files,
          bytes: files,
          first_at: files > 0 ? at(20) : undefined,
          manifest: index >= manifestAt,
        });
        const now = order.indexOf(viewProgress(running, seen(index, look)).phase ?? '');
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }),
  );
});
