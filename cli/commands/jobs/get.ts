import type { JobRecord } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import { bytesOf, countOf, timeOf } from '../../render/amounts.ts';
import { printable } from '../../render/printable.ts';
import { tableOf } from '../../render/table.ts';
import { jobOf, jobPositional } from './target.ts';

export const get: Command = {
  words: ['jobs', 'get'],
  summary: 'Show a job',
  positionals: jobPositional,
  options: {},
  run: async (context) => {
    const record = await (await jobOf(context)).refresh({ signal: context.io.signal });
    context.ui.record('job', record);
    for (const line of tableOf(factsOf(record))) context.ui.out(line);
    return undefined;
  },
};

/** What is worth knowing of a job, and nothing that is empty. */
export function factsOf(job: JobRecord): string[][] {
  const seconds = (value: number | null): string | null => (value === null ? null : timeOf(value));
  const facts: [string, string | null][] = [
    ['job', job.job_id],
    ['state', job.desired_state === null ? job.state : `${job.state}, being cancelled`],
    ['operation', job.operation],
    ['object', job.object],
    ['tag', job.tag],
    ['format', [job.content_type, job.compression].filter((each) => each !== 'NONE').join(' ')],
    ['created', job.created_at],
    ['started', job.started_at],
    ['ended', job.completed_at],
    ['waited', seconds(job.wait_seconds)],
    ['took', seconds(job.duration_seconds)],
    ['attempt', job.attempt > 1 ? String(job.attempt) : null],
    ['rows', job.is_finished ? countOf(job.number_records_processed) : null],
    ['rejected', job.number_records_failed > 0 ? countOf(job.number_records_failed) : null],
    ['files', job.files > 0 ? `${countOf(job.files)}, ${bytesOf(job.bytes)}` : null],
    ['kept until', job.expires_at],
    ['cancelled by', job.cancelled_by],
    ['reason', job.reason],
    ['error', job.error === null ? null : `${job.error.code}: ${job.error.message}`],
    ['last error', job.last_error === null ? null : `${job.last_error.code}: ${job.last_error.message}`],
    ['next try', job.retry_at],
    ...job.warnings.map(({ code, message }): [string, string] => ['warning', `${message} (${code})`]),
  ];
  return facts.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, printable(value)]]));
}
