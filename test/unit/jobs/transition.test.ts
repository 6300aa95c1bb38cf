import fc from 'fast-check';
import { JobId, StatementId, TenantId } from '../../../contract/ids.ts';
import { JobState } from '../../../contract/jobs.ts';
import { isFinished } from '../../../core/jobs/job.ts';
import type { JobEvent, Snapshot } from '../../../core/jobs/change.ts';
import { transition } from '../../../core/jobs/transition.ts';

const statement = StatementId.parse('statement-1');
const context = { now: new Date('2026-11-22T10:00:00.000Z'), retention: { jobDays: 7, resultDays: 2 }, by: 'tester' };
const error = { code: 'X', category: 'transient', message: 'x', retryable: true, details: {} } as const;

const job = (state: JobState, more: Partial<Snapshot> = {}): Snapshot => ({
  tenant_id: TenantId.parse('acme'),
  job_id: JobId.parse('01KAJ3T9V5Q8Z7N2M4R6W1XYBC'),
  attempt: 1,
  state,
  run: { completed_at: '2026-11-22T09:00:00.000Z', log: [] },
  ...more,
});

const pin = (file: number) => ({ file, key: `uploads/acme/job/000${file}`, bytes: 10 * file, etag: `etag-${file}` });

const events: JobEvent[] = [
  { type: 'start' },
  { type: 'close', files: [pin(1), pin(3)] },
  { type: 'in_parts' },
  { type: 'retry' },
  { type: 'due' },
  { type: 'admit' },
  { type: 'submitted', statement_id: statement },
  { type: 'resubmit' },
  { type: 'stop', to: 'Aborted', by: 'key' },
  { type: 'stop', to: 'Failed', by: 'service' },
  { type: 'exported', rows: 3, bytes: 30, files: 1 },
  { type: 'loaded', counts: { processed: 5, failed: 2 } },
  { type: 'loaded', counts: undefined, attempt: 1 },
  { type: 'failed', error },
  { type: 'failed', error, failed_rows: 2 },
  { type: 'not_submitted', error },
  { type: 'statement_aborted' },
];

const edges: Record<JobState, JobState[]> = {
  Open: ['UploadComplete', 'Aborted'],
  UploadComplete: ['InProgress', 'Aborted'],
  InProgress: ['JobComplete', 'Failed', 'Aborted', 'UploadComplete'],
  JobComplete: [],
  Failed: ['UploadComplete'],
  Aborted: ['UploadComplete'],
};

const again = { ...context, again: { attempts: 3, jitter: 0.5 } };

/** What a snapshot is after a decision was written. */
function after(snapshot: Snapshot, event: JobEvent, by = context): Snapshot {
  const decision = transition(snapshot, event, by);
  if (decision.kind !== 'change') return snapshot;
  const { set, remove } = decision.change;
  const next = { ...snapshot, ...set };
  const gone: Partial<Record<string, undefined>> = Object.fromEntries(remove.map((name) => [name, undefined]));
  return { ...next, ...gone };
}

it('leads only along the edges of the graph, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 30 }), fc.constantFrom(context, again), (all, by) => {
      let now = job('Open');
      for (const event of all) {
        const next = after(now, event, by);
        if (next.state !== now.state) expect(edges[now.state]).toContain(next.state);
        const begins = next.state === 'UploadComplete' && !['Open', 'UploadComplete'].includes(now.state);
        expect(next.attempt - now.attempt).toBe(begins ? 1 : 0);
        now = next;
      }
    }),
  );
});

it('never changes a run that has ended: only another run can begin, and not of a complete job', () => {
  for (const state of JobState.options.filter(isFinished)) {
    const others = events.filter((event) => event.type !== 'retry' || state === 'JobComplete');
    for (const event of others) expect(transition(job(state), event, context).kind).not.toBe('change');
  }
});

it('begins runs by itself as often as it may since it was last asked to, and never more than a job may have', () => {
  const asked: JobEvent[] = [{ type: 'due' }, { type: 'admit' }, { type: 'failed', error }];
  let now = after(job('Open'), { type: 'start' });
  let retries = 0;
  const attempts: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    for (const event of asked) now = after(now, event, again);
    if (now.state !== 'Failed') continue;
    attempts.push(now.attempt);
    if (now.attempt === 20) break;
    now = after(now, { type: 'retry' }, again);
    retries += 1;
  }
  expect(attempts).toEqual([3, 6, 9, 12, 15, 18, 20]);
  expect(retries).toBe(6);
});

it('no run is begun by itself on an assumption of what the job is, against a cancellation, or when that is switched off', () => {
  const failed: JobEvent = { type: 'failed', error };
  const { run: _run, ...assumed } = job('InProgress');
  expect(transition(assumed, failed, again)).toEqual({ kind: 'unread' });
  expect(after(job('InProgress', { desired_state: 'Aborted' }), failed, again).state).toBe('Aborted');
  expect(after(job('InProgress', { desired_state: 'Failed' }), failed, again).state).toBe('Failed');
  const off = { ...again, again: { attempts: 1, jitter: 0 } };
  expect(after(assumed, failed, off).state).toBe('Failed');
  expect(after(assumed, failed).state).toBe('Failed');
});

it('a run that follows by itself keeps the one before whole, and waits for its time', () => {
  const decision = transition(job('InProgress', { statement_id: statement }), { type: 'failed', error }, again);
  expect(decision).toMatchObject({
    change: {
      set: { state: 'UploadComplete', attempt: 2, tries: 2, retry_at: '2026-11-22T10:00:15.000Z', last_error: error },
      slot: 'release',
      ended: { attempt: 1, state: 'Failed', error, statement_id: statement, log: [{ event: 'run_failed' }] },
    },
  });
  const waiting = after(job('InProgress'), { type: 'failed', error }, again);
  expect(transition(waiting, { type: 'admit' }, again)).toMatchObject({ change: { expect: { absent: ['retry_at'] } } });
  expect(after(waiting, { type: 'stop', to: 'Aborted', by: 'k' })).toMatchObject({
    state: 'Aborted',
    retry_at: undefined,
  });
});

it('takes a place exactly when a run begins and gives it back exactly when it ends', () => {
  for (const state of JobState.options) {
    for (const event of events) {
      const decision = transition(job(state), event, context);
      if (decision.kind !== 'change') continue;
      const to = decision.change.set.state ?? state;
      const expected =
        to === state ? 'keep' : to === 'InProgress' ? 'acquire' : state === 'InProgress' ? 'release' : 'keep';
      expect({ state, event: event.type, slot: decision.change.slot }).toEqual({
        state,
        event: event.type,
        slot: expected,
      });
    }
  }
});

it('makes every change conditional on the state, the attempt and the wish that it was decided on', () => {
  const running = job('InProgress', { desired_state: 'Aborted', attempt: 3 });
  const decision = transition(running, { type: 'statement_aborted' }, context);
  expect(decision).toMatchObject({ change: { expect: { state: 'InProgress', attempt: 3, desired_state: 'Aborted' } } });
});

describe('a cancellation', () => {
  it('ends a job that does not run at once', () => {
    for (const state of ['Open', 'UploadComplete'] as const) {
      expect(after(job(state), { type: 'stop', to: 'Aborted', by: 'k' }).state).toBe('Aborted');
    }
  });

  it('of a running job waits for its statement', () => {
    const stopping = after(job('InProgress'), { type: 'stop', to: 'Aborted', by: 'k', reason: 'mistake' });
    expect(stopping).toMatchObject({ state: 'InProgress', desired_state: 'Aborted' });
  });

  it.each([
    { type: 'exported', rows: 1, bytes: 1, files: 1 },
    { type: 'failed', error },
    { type: 'statement_aborted' },
  ] as JobEvent[])('that was accepted wins over a statement that ends as $type', (event) => {
    expect(after(job('InProgress', { desired_state: 'Aborted' }), event).state).toBe('Aborted');
  });

  it('by the time limit ends the job Failed, with JOB_TIMEOUT', () => {
    const decision = transition(job('InProgress', { desired_state: 'Failed' }), { type: 'statement_aborted' }, context);
    expect(decision).toMatchObject({ change: { set: { state: 'Failed', error: { code: 'JOB_TIMEOUT' } } } });
  });

  it('repeated is settled, and too late is refused', () => {
    const stop: JobEvent = { type: 'stop', to: 'Aborted', by: 'k' };
    expect(transition(job('Aborted'), stop, context)).toEqual({ kind: 'settled' });
    expect(transition(job('InProgress', { desired_state: 'Aborted' }), stop, context)).toEqual({ kind: 'settled' });
    expect(transition(job('JobComplete'), stop, context)).toEqual({ kind: 'refused', state: 'JobComplete' });
  });
});

it('a statement that was aborted by nobody of us is a failure that may be tried again', () => {
  const decision = transition(job('InProgress'), { type: 'statement_aborted' }, context);
  expect(decision).toMatchObject({
    change: { set: { state: 'Failed', error: { code: 'QUERY_CANCELLED', retryable: true } } },
  });
});

it('a statement is recorded once, and asked for again only while none is recorded', () => {
  const known = job('InProgress', { statement_id: statement });
  expect(transition(known, { type: 'submitted', statement_id: statement }, context)).toEqual({ kind: 'settled' });
  expect(transition(known, { type: 'resubmit' }, context)).toEqual({ kind: 'settled' });
  expect(transition(job('InProgress'), { type: 'submitted', statement_id: statement }, context)).toMatchObject({
    change: { expect: { absent: ['statement_id'] }, set: { statement_id: statement } },
  });
});

it('an accepted job has no expiry until it ends; results expire no later than their job', () => {
  const started = transition(job('Open'), { type: 'start' }, context);
  expect(started).toMatchObject({ change: { remove: ['expires_at', 'ttl'] } });
  const done = transition(job('InProgress'), { type: 'exported', rows: 1, bytes: 1, files: 1 }, context);
  expect(done).toMatchObject({
    change: { set: { expires_at: '2026-11-24T10:00:00.000Z', ttl: Date.parse('2026-11-29T10:00:00Z') / 1000 } },
  });
});

describe('a load', () => {
  const loaded: JobEvent = { type: 'loaded', counts: { processed: 5, failed: 2 } };
  const files = [pin(1), pin(3)];

  it('is closed once, with the files that are pinned in the very write that closes it', () => {
    expect(transition(job('Open'), { type: 'close', files }, context)).toMatchObject({
      change: {
        expect: { state: 'Open' },
        set: { state: 'UploadComplete', uploads: { files: 2, bytes: 40 } },
        pinned: files,
        remove: ['expires_at', 'ttl'],
        slot: 'keep',
      },
    });
    for (const state of ['UploadComplete', 'InProgress'] as const)
      expect(transition(job(state), { type: 'close', files: [pin(2)] }, context)).toEqual({ kind: 'settled' });
    for (const state of ['JobComplete', 'Failed', 'Aborted'] as const)
      expect(transition(job(state), { type: 'close', files }, context)).toEqual({ kind: 'refused', state });
  });

  it('pins by no other event than its closing', () => {
    for (const state of JobState.options)
      for (const event of events.filter(({ type }) => type !== 'close')) {
        const decision = transition(job(state), event, again);
        if (decision.kind === 'change') expect(decision.change).not.toHaveProperty('pinned');
      }
  });

  it('begins uploads in parts only while it is open', () => {
    expect(transition(job('Open'), { type: 'in_parts' }, context)).toMatchObject({
      change: { set: { in_parts: true } },
    });
    for (const state of JobState.options.filter((each) => each !== 'Open'))
      expect(transition(job(state), { type: 'in_parts' }, context)).toEqual({ kind: 'refused', state });
  });

  it('that was committed is complete, whatever was promised to who cancelled it and whatever its time limit', () => {
    for (const desired_state of [undefined, 'Aborted', 'Failed'] as const) {
      const decision = transition(job('InProgress', { desired_state }), loaded, context);
      expect(decision).toMatchObject({
        change: {
          expect: { desired_state },
          set: { state: 'JobComplete', rows: 5, failed_rows: 2 },
          remove: expect.arrayContaining(['desired_state']) as unknown,
          slot: 'release',
        },
      });
      if (decision.kind !== 'change') throw new Error('no change');
      for (const name of ['result_attempt', 'counted']) expect(decision.change.set).not.toHaveProperty(name);
    }
  });

  it('names the run that was committed where it is another one, and says so when its counts are lost', () => {
    const third = job('InProgress', { attempt: 3 });
    expect(after(third, { ...loaded, attempt: 2 })).toMatchObject({
      state: 'JobComplete',
      attempt: 3,
      result_attempt: 2,
    });
    expect(after(third, { ...loaded, attempt: 3 })).not.toHaveProperty('result_attempt');
    expect(after(third, { type: 'loaded', counts: undefined })).toMatchObject({
      state: 'JobComplete',
      rows: 0,
      counted: false,
    });
  });

  it('that failed for its rows keeps how many were rejected, until it is run again', () => {
    const failed = after(job('InProgress'), { type: 'failed', error: { ...error, retryable: false }, failed_rows: 7 });
    expect(failed).toMatchObject({ state: 'Failed', failed_rows: 7 });
    const retried = transition(job('Failed', { closed: true }), { type: 'retry' }, context);
    expect(retried).toMatchObject({ change: { remove: expect.arrayContaining(['failed_rows']) as unknown } });
  });

  it('that was never closed is not run again: there is nothing to load', () => {
    expect(transition(job('Aborted', { closed: false }), { type: 'retry' }, context)).toEqual({
      kind: 'refused',
      state: 'Aborted',
    });
    expect(after(job('Aborted', { closed: true }), { type: 'retry' })).toMatchObject({
      state: 'UploadComplete',
      attempt: 2,
    });
  });

  it('whose statement was stopped ends as was wished, or failed where nobody wished it', () => {
    const stopped = (desired_state: 'Aborted' | 'Failed' | undefined) =>
      after(job('InProgress', { desired_state }), { type: 'statement_aborted' }).state;
    expect([stopped('Aborted'), stopped('Failed'), stopped(undefined)]).toEqual(['Aborted', 'Failed', 'Failed']);
  });
});

it('a run that could not be submitted fails only while no statement of it is recorded', () => {
  const event: JobEvent = { type: 'not_submitted', error };
  expect(transition(job('InProgress', { statement_id: statement }), event, context)).toEqual({ kind: 'settled' });
  for (const by of [context, again])
    expect(transition(job('InProgress', { statement_id: undefined }), event, by)).toMatchObject({
      change: { expect: { state: 'InProgress', absent: ['statement_id'] } },
    });
});
