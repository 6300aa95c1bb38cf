import type { Job, JobRecord } from '../../client/node.ts';
import type { Context } from '../context.ts';
import { bytesOf, countOf, plural, timeOf } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { barOf } from './bar.ts';

/** Waits for the end of a job and shows how far it is. @throws JobFailedError, JobAbortedError; what stops the command */
export async function follow({ io, ui }: Context, job: Job): Promise<JobRecord> {
  const since = io.now();
  let known = job.record;
  const draw = (): void => ui.live.draw(() => (known ? [progressLine(known, since, io.now())] : []));
  const end = ui.live.moves ? io.every(1000, draw) : () => undefined;
  let state: string | undefined;
  const onProgress = (record: JobRecord): void => {
    known = record;
    if (record.state !== state) ui.record('job', record);
    state = record.state;
    ui.live.draw(() => [progressLine(record, since, io.now())], true);
  };
  try {
    await job.wait({ signal: io.signal, onProgress });
  } finally {
    end();
    ui.live.clear();
  }
  const record = job.record;
  if (!record) throw new Error(`Job ${job.id} ended without a word`);
  for (const { code, message } of record.warnings) ui.warn(`${printable(message)} (${code})`);
  return record;
}

/** `job_id  exporting  [####   ] 40%  3 files  12 MB  0:42  1:03 left` */
export function progressLine(job: JobRecord, since: number, now: number): string {
  const { progress } = job;
  const started = job.started_at === null ? since : Date.parse(job.started_at);
  const left =
    progress.estimated_completion === undefined ? 0 : (Date.parse(progress.estimated_completion) - now) / 1000;
  const parts = [
    job.job_id,
    job.desired_state === 'Aborted' ? 'stopping' : (progress.phase ?? job.state),
    ...(progress.percentage === undefined ? [] : [barOf(progress.percentage / 100)]),
    ...(progress.files === undefined ? [] : [plural(progress.files, 'file')]),
    ...(progress.bytes === undefined ? [] : [bytesOf(progress.bytes)]),
    timeOf((now - Math.min(started, now)) / 1000),
    ...(left > 0 ? [`${timeOf(left)} left`] : []),
  ];
  return parts.join('  ');
}

/** What a job came to, in one line. */
export function outcomeOf(job: JobRecord): string {
  const took = job.duration_seconds === null ? '' : ` in ${timeOf(job.duration_seconds)}`;
  if (job.operation === 'query')
    return `Job ${job.job_id}: ${plural(job.number_records_processed, 'row')}, ${plural(job.files, 'file')}, ${bytesOf(job.bytes)}${took}`;
  const rejected = job.number_records_failed === 0 ? '' : `, ${countOf(job.number_records_failed)} rejected`;
  return `Job ${job.job_id}: ${plural(job.number_records_processed, 'row')} applied${rejected}${took}`;
}
