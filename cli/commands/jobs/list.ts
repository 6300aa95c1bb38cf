import type { JobRecord } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import type { Paint } from '../../render/paint.ts';
import { UsageError } from '../../fault.ts';
import { bytesOf, countOf } from '../../render/amounts.ts';
import { printable } from '../../render/printable.ts';
import { tableOf } from '../../render/table.ts';

const states = ['Open', 'UploadComplete', 'InProgress', 'JobComplete', 'Failed', 'Aborted'] as const;
const operations = ['query', 'insert', 'update', 'upsert', 'delete'] as const;
const usualLimit = 20;
const largestPage = 1000;

export const list: Command = {
  words: ['jobs', 'list'],
  summary: 'List jobs, newest first',
  options: {
    state: { kind: 'text', value: 'STATE', choices: states, help: 'only jobs in it' },
    operation: { kind: 'text', value: 'NAME', choices: operations, help: 'only these' },
    object: { kind: 'text', value: 'NAME', help: 'only those of this table or label' },
    tag: { kind: 'text', value: 'TEXT', help: 'only those with this label' },
    finished: { kind: 'flag', help: 'only those that have ended' },
    unfinished: { kind: 'flag', help: 'only those that have not' },
    since: { kind: 'text', value: 'TIME', help: 'created then or later, as 2026-01-31 or 2026-01-31T12:00:00Z' },
    until: { kind: 'text', value: 'TIME', help: 'created before then' },
    limit: { kind: 'text', short: 'n', value: 'N', help: `most jobs; default ${usualLimit}` },
  },
  examples: ['spectra jobs list --unfinished', 'spectra jobs list --state failed --json | jq -r .job_id'],
  run: async ({ client, ui, values, io }) => {
    const most = values.whole('limit') ?? usualLimit;
    if (values.flag('finished') && values.flag('unfinished'))
      throw new UsageError('--finished or --unfinished, not both.');
    const filters = {
      state: values.choice('state', states),
      operation: values.choice('operation', operations),
      object: values.text('object'),
      tag: values.text('tag'),
      is_finished: values.flag('finished') ? true : values.flag('unfinished') ? false : undefined,
      created_after: timeOption('since', values.text('since')),
      created_before: timeOption('until', values.text('until')),
      // One more tells whether there are others.
      limit: Math.min(most + 1, largestPage),
      signal: io.signal,
    };
    const found: JobRecord[] = [];
    let more = false;
    for await (const { record } of (await client()).jobs.list(filters)) {
      more = found.length >= most;
      if (more) break;
      if (record) found.push(record);
      if (record) ui.record('job', record);
    }
    if (found.length > 0) for (const line of tableOfJobs(found, ui.paint)) ui.out(line);
    else ui.say('No jobs.');
    if (more) ui.say(`There are more: --limit ${most * 10}`);
    return undefined;
  },
};

function timeOption(name: string, value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const time = Date.parse(value);
  if (/^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(time)) return new Date(time);
  throw new UsageError(`--${name} ${value}: expected a date or a time, as 2026-01-31T12:00:00Z`);
}

export function tableOfJobs(jobs: readonly JobRecord[], paint: Paint): string[] {
  const rows = jobs.map((job) => [
    job.job_id,
    stateOf(job),
    job.operation,
    job.created_at.slice(0, 19).replace('T', ' '),
    job.is_finished ? countOf(job.number_records_processed) : '-',
    job.is_finished ? bytesOf(job.bytes) : '-',
    printable(job.tag ?? job.object ?? ''),
  ]);
  const heading = ['JOB', 'STATE', 'OPERATION', 'CREATED (UTC)', 'ROWS', 'SIZE', 'LABEL'];
  const [first = '', ...lines] = tableOf([heading, ...rows], new Set([4, 5]));
  return [paint('bold', first), ...lines.map((line, at) => painted(line, jobs[at], paint))];
}

const stateOf = (job: JobRecord): string => (job.has_warnings ? `${job.state} !` : job.state);

function painted(line: string, job: JobRecord | undefined, paint: Paint): string {
  switch (job?.state) {
    case 'Failed':
      return paint('red', line);
    case 'Aborted':
      return paint('dim', line);
    case 'JobComplete':
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
    case undefined:
      return line;
  }
}
