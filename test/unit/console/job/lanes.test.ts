import type { JobRecord, Run } from '../../../../client/browser.ts';
import { extentOf, lanesOf } from '../../../../console/job/lanes.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, 0) + seconds * 1000).toISOString();
const ms = (seconds: number): number => Date.parse(at(seconds));

const job = (more: Partial<JobRecord>): JobRecord =>
  ({
    run_id: 'r1',
    state: 'JobComplete',
    created_at: at(0),
    completed_at: null,
    progress: { phase: null, message: '', phases: [] },
    ...more,
  }) as unknown as JobRecord;

const run = (more: Partial<Run>): Run =>
  ({
    run_id: 'r1',
    attempt: 1,
    state: 'JobComplete',
    queued_at: at(0),
    started_at: at(2),
    completed_at: at(10),
    error: null,
    retry_at: null,
    ...more,
  }) as Run;

it('tells waiting from running', () => {
  const [lane] = lanesOf(job({}), [run({})], ms(99));
  expect(lane?.spans).toEqual([
    { kind: 'waiting', from: ms(0), to: ms(2), end: 'done' },
    { kind: 'running', from: ms(2), to: ms(10), end: 'done' },
  ]);
});

it('shows each run of a job that was tried again on one scale, the earliest first', () => {
  const error = { code: 'DISK_FULL' } as Run['error'];
  const runs = [
    run({ run_id: 'r2', attempt: 2, queued_at: at(10), started_at: at(15), completed_at: at(20) }),
    run({ state: 'Failed', error, retry_at: at(15) }),
  ];
  const lanes = lanesOf(job({ run_id: 'r2' }), runs, ms(99));
  expect(lanes.map(({ attempt, error: why, spans }) => [attempt, why?.code, spans.at(-1)?.end])).toEqual([
    [1, 'DISK_FULL', 'failed'],
    [2, undefined, 'done'],
  ]);
  expect(extentOf(lanes)).toEqual({ from: ms(0), to: ms(20) });
});

it('lets what goes on grow to now, with the phases that the service tells of', () => {
  const running = job({
    state: 'InProgress',
    progress: {
      phase: 'exporting',
      message: '',
      phases: [
        { name: 'queued', status: 'completed', started_at: at(0), duration_seconds: 2 },
        { name: 'executing', status: 'completed', started_at: at(2), duration_seconds: 3 },
        { name: 'exporting', status: 'in_progress', started_at: at(5) },
        { name: 'finalizing', status: 'pending' },
      ],
    },
  });
  const [lane] = lanesOf(running, [run({ state: 'InProgress', completed_at: null })], ms(9));
  expect(lane?.spans.map(({ kind, from, to, end }) => [kind, from - ms(0), to - ms(0), end])).toEqual([
    ['waiting', 0, 2000, 'done'],
    ['running', 2000, 9000, 'going on'],
    ['executing', 2000, 5000, 'done'],
    ['exporting', 5000, 9000, 'going on'],
  ]);
});

it('shows how long a job was open before it was started, and that one was cancelled while it waited', () => {
  const waiting = run({ state: 'Aborted', queued_at: at(60), started_at: null, completed_at: at(70) });
  const [lane] = lanesOf(job({ state: 'Aborted' }), [waiting], ms(99));
  expect(lane?.spans.map(({ kind, end }) => [kind, end])).toEqual([
    ['open', 'done'],
    ['waiting', 'cancelled'],
  ]);
});

it('has something to show of a job that was never started', () => {
  const open = run({ state: 'Open', queued_at: null, started_at: null, completed_at: null });
  expect(lanesOf(job({ state: 'Open' }), [open], ms(5))[0]?.spans).toEqual([
    { kind: 'open', from: ms(0), to: ms(5), end: 'going on' },
  ]);
  expect(extentOf(lanesOf(job({}), [], ms(5)))).toEqual({ from: 0, to: 1 });
});
