import type { Phase, PhaseName, Progress } from '../../contract/progress.ts';
import type { Job, JobIn } from './job.ts';
import { seconds } from './run-history.ts';

/** What a look at a running job's files shows. */
export interface Written {
  files: number;
  bytes: number;
  /** When the first of them was there. */
  first_at?: string | undefined;
  /** The manifest is there: the warehouse has written all. */
  manifest: boolean;
  /** There are more files than were looked at. */
  more: boolean;
}

/** What an earlier, complete run of the same query took. */
export interface Basis {
  bytes: number;
  seconds: number;
}

export interface Observed {
  now: Date;
  written: Written;
  basis?: Basis | undefined;
}

/** How far a job is, by its record alone; or, while it runs, also by what was observed of it. */
export function viewProgress(job: Job, observed?: Observed): Progress {
  switch (job.state) {
    case 'Open':
      return progress(null, job.load ? 'Waits for its files' : 'Waits to be started', []);
    case 'UploadComplete':
      return progress('queued', job.retry_at ? 'Pauses before it runs again' : 'Waits for a place', [
        { name: 'queued', status: 'in_progress', started_at: job.queued_at },
      ]);
    case 'InProgress':
      return observed ? running(job, observed) : runs(job);
    case 'JobComplete':
      return complete(job);
    case 'Failed':
      return stopped('The job failed', job);
    case 'Aborted':
      return stopped('The job was cancelled', job);
  }
}

const names: readonly PhaseName[] = ['queued', 'executing', 'exporting', 'finalizing'];

/** Phases that are not told of are as the rest says. */
function progress(
  phase: PhaseName | null,
  message: string,
  told: Phase[],
  facts: Omit<Progress, 'phase' | 'message' | 'phases'> = {},
  rest: Phase['status'] = 'pending',
): Progress {
  const phases = names.map((name) => told.find((one) => one.name === name) ?? { name, status: rest });
  return { phase, message, phases, ...facts };
}

const queued = (job: { queued_at: string; started_at: string }): Phase => ({
  name: 'queued',
  status: 'completed',
  ...span(job.queued_at, job.started_at),
});

const span = (from: string, to: string) => ({ started_at: from, duration_seconds: seconds(from, to) ?? 0 });

const runs = (job: JobIn<'InProgress'>): Progress =>
  progress('executing', job.load ? 'The warehouse loads the rows' : 'The warehouse works on the query', [
    queued(job),
    { name: 'executing', status: 'in_progress', started_at: job.started_at },
  ]);

function running(job: JobIn<'InProgress'>, observed: Observed): Progress {
  const { files, bytes, first_at, manifest } = observed.written;
  const facts = { files, bytes, ...estimate(job, observed) };
  if (!manifest && (files === 0 || first_at === undefined)) return { ...runs(job), ...facts };
  const executed: Phase = { name: 'executing', status: 'completed', ...(first_at && span(job.started_at, first_at)) };
  const begun = first_at === undefined ? {} : { started_at: later(first_at, job.started_at) };
  if (!manifest) {
    const exporting: Phase = { name: 'exporting', status: 'in_progress', ...begun };
    return progress('exporting', 'The warehouse writes files', [queued(job), executed, exporting], facts);
  }
  const exported: Phase = { name: 'exporting', status: files === 0 ? 'skipped' : 'completed', ...begun };
  const told: Phase[] = [queued(job), executed, exported, { name: 'finalizing', status: 'in_progress' }];
  return progress('finalizing', 'All files are written', told, facts);
}

/** S3 tells whole seconds: the first file can seem to be older than its run. */
const later = (one: string, other: string): string => (Date.parse(one) > Date.parse(other) ? one : other);

/**
 * As far as the earlier run was after this time, or as many of its bytes, whichever is more: both only grow, so it never falls. With
 * more files than one look shows the bytes are unknown, and from then on nothing is said.
 */
function estimate(job: JobIn<'InProgress'>, { now, written, basis }: Observed): Partial<Progress> {
  if (!basis || written.more) return {};
  const elapsed = Math.max(0, now.getTime() - Date.parse(job.started_at)) / 1000;
  const byTime = basis.seconds > 0 ? elapsed / basis.seconds : 0;
  const byBytes = basis.bytes > 0 ? written.bytes / basis.bytes : 0;
  const end = Date.parse(job.started_at) + basis.seconds * 1000;
  return {
    percentage: Math.min(99, Math.floor(100 * Math.max(byTime, byBytes))),
    ...(written.bytes <= basis.bytes && { current: written.bytes, total: basis.bytes }),
    ...(end > now.getTime() && { estimated_completion: new Date(end).toISOString() }),
  };
}

function complete(job: JobIn<'JobComplete'>): Progress {
  const told: Phase[] = [
    queued(job),
    { name: 'executing', status: 'completed', started_at: job.started_at },
    { name: 'exporting', status: job.files === 0 ? 'skipped' : 'completed' },
  ];
  const { files, bytes } = job;
  const facts = { percentage: 100, files, bytes, current: bytes, total: bytes };
  return progress(null, job.load ? 'The rows are loaded' : 'The result is complete', told, facts, 'completed');
}

function stopped(message: string, job: JobIn<'Failed' | 'Aborted'>): Progress {
  const { queued_at, started_at, completed_at } = job;
  if (queued_at === undefined) return progress(null, message, [], {}, 'skipped');
  const told: Phase[] =
    started_at === undefined
      ? [{ name: 'queued', status: 'failed', ...span(queued_at, completed_at) }]
      : [queued({ queued_at, started_at }), { name: 'executing', status: 'failed', ...span(started_at, completed_at) }];
  return progress(null, message, told, {}, 'skipped');
}
