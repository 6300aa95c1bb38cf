import type { JobRecord, Run } from '../../client/browser.ts';

export type SpanKind = 'open' | 'waiting' | 'running' | 'executing' | 'exporting' | 'finalizing';
export type SpanEnd = 'done' | 'failed' | 'cancelled' | 'going on';

/** A stretch of a job's time; epoch ms. */
export interface Span {
  kind: SpanKind;
  from: number;
  /** Of one that goes on: now. */
  to: number;
  end: SpanEnd;
}

/** What one run did, the earliest span first. */
export interface Lane {
  attempt: number;
  runId: string;
  spans: Span[];
  /** Of a run that failed. */
  error: Run['error'];
  /** The service runs it again, not before then. */
  retryAt: string | null;
}

const ms = (iso: string | null | undefined): number | undefined =>
  iso === null || iso === undefined ? undefined : Date.parse(iso);

function endOf(run: Run): SpanEnd {
  switch (run.state) {
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
      return 'going on';
    case 'JobComplete':
      return 'done';
    case 'Failed':
      return 'failed';
    case 'Aborted':
      return 'cancelled';
  }
}

/** The waiting and the running of a run, as its record tells them. */
function spansOf(run: Run, now: number): Span[] {
  const queued = ms(run.queued_at);
  const started = ms(run.started_at);
  const completed = ms(run.completed_at);
  const end = endOf(run);
  const spans: Span[] = [];
  if (queued !== undefined)
    spans.push({
      kind: 'waiting',
      from: queued,
      to: started ?? completed ?? now,
      end: started === undefined ? end : 'done',
    });
  if (started !== undefined) spans.push({ kind: 'running', from: started, to: completed ?? now, end });
  return spans;
}

/** Phases of the run that is under way, where the service tells when they began; they lie within its running. */
function phasesOf({ progress }: JobRecord, now: number): Span[] {
  return progress.phases.flatMap(({ name, status, started_at, duration_seconds }): Span[] => {
    const from = ms(started_at);
    if (name === 'queued' || from === undefined || status === 'pending' || status === 'skipped') return [];
    if (duration_seconds !== undefined)
      return [{ kind: name, from, to: from + duration_seconds * 1000, end: status === 'failed' ? 'failed' : 'done' }];
    return status === 'in_progress' ? [{ kind: name, from, to: now, end: 'going on' }] : [];
  });
}

/** Runs of a job, the earliest first, with what is known of their time. @param now epoch ms */
export function lanesOf(job: JobRecord, runs: readonly Run[], now: number): Lane[] {
  const lanes = runs
    .toSorted((one, other) => one.attempt - other.attempt)
    .map((run): Lane => {
      const spans = spansOf(run, now);
      const current = run.run_id === job.run_id && job.state === 'InProgress';
      return {
        attempt: run.attempt,
        runId: run.run_id,
        spans: current ? [...spans, ...phasesOf(job, now)] : spans,
        error: run.error,
        retryAt: run.retry_at,
      };
    });
  const created = Date.parse(job.created_at);
  const [first] = lanes;
  if (!first) return lanes;
  const begun = first.spans[0]?.from;
  const ended = begun ?? ms(job.completed_at);
  // Below a second it is the way through the service, and says nothing.
  if (ended === undefined || ended - created >= 1000)
    first.spans.unshift({
      kind: 'open',
      from: created,
      to: ended ?? now,
      end: begun !== undefined ? 'done' : ended === undefined ? 'going on' : 'cancelled',
    });
  return lanes;
}

/** From the first moment that any span shows to the last. */
export function extentOf(lanes: readonly Lane[]): { from: number; to: number } {
  const spans = lanes.flatMap((lane) => lane.spans);
  const from = Math.min(...spans.map((span) => span.from));
  const to = Math.max(...spans.map((span) => span.to));
  return spans.length === 0 ? { from: 0, to: 1 } : { from, to: Math.max(to, from + 1) };
}
