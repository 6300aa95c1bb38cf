import { type Job, JobAbortedError, JobFailedError, type RowKind } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { UsageError } from '../../fault.ts';
import { follow } from '../../progress/follow.ts';
import { saveRows } from '../../progress/save-rows.ts';
import { quoted, whenWatching } from '../stopping.ts';
import { oneRowFile } from '../../progress/one-row-file.ts';
import { jobOf, jobPositional } from './target.ts';

const kinds = ['failed', 'successful', 'unprocessed'] as const;
/** What a terminal can show. */
const isText = /^text\/|json/;

export const rows: Command = {
  words: ['jobs', 'rows'],
  summary: 'Get the rows of a load: those that were rejected, applied or not processed',
  positionals: jobPositional,
  options: {
    kind: { kind: 'text', value: 'KIND', choices: kinds, help: 'which; default failed, with the reason of each' },
    out: { kind: 'text', short: 'o', value: 'DIR', path: true, help: 'download the files into this folder' },
  },
  notes: [
    'Without --out the file goes to standard output: CSV in the dialect of the load, so that what was rejected can be mended and loaded again. With --json it is an object a row.',
    'unprocessed is for loads that failed or were cancelled; it can be the files as they were sent. A job that has not ended is waited for. No such rows are no error.',
  ],
  examples: ['spectra jobs rows JOB > rejected.csv', 'spectra jobs rows JOB --kind unprocessed -o left'],
  run: async (context) => {
    const { values, ui, io } = context;
    const kind = kinds.find((each) => each === values.text('kind')?.toLowerCase()) ?? 'failed';
    const dir = values.text('out');
    const job = await jobOf(context);
    whenWatching(context, job.id);
    await untilEnded(context, job);
    if (dir !== undefined) {
      const again = `jobs rows ${job.id} --kind ${kind} -o ${quoted(dir)}`;
      context.whenStopped([`What came is kept. Go on:  ${context.commandLine(again)}`]);
      await saveRows(context, job, kind, dir);
      return undefined;
    }
    context.whenStopped([]);
    if (ui.json) for await (const row of rowsOf(job, kind, io.signal)) ui.row(row);
    else await print(context, job, kind);
    return undefined;
  },
};

/** A load that failed has rows to look at too. */
async function untilEnded(context: Context, job: Job): Promise<void> {
  const { is_finished } = await job.refresh({ signal: context.io.signal });
  if (is_finished) return;
  try {
    await follow(context, job);
  } catch (error) {
    if (!(error instanceof JobFailedError) && !(error instanceof JobAbortedError)) throw error;
  }
}

function rowsOf(job: Job, kind: RowKind, signal: AbortSignal) {
  switch (kind) {
    case 'failed':
      return job.failedRows({ signal });
    case 'successful':
      return job.successfulRows({ signal });
    case 'unprocessed':
      return job.unprocessedRows({ signal });
  }
}

async function print({ io, ui }: Context, job: Job, kind: RowKind): Promise<void> {
  const file = await oneRowFile(job, kind, io.signal);
  if (!file) {
    ui.say(`Job ${job.id} has no ${kind} rows.`);
    return;
  }
  if (io.stdout.isTTY && !isText.test(file.content_type))
    throw new UsageError(
      `${file.name} is a file as it was sent, and no text for a terminal.`,
      `Send it elsewhere, or into a folder: -o DIR.`,
    );
  for await (const bytes of file.stream({ signal: io.signal })) await io.stdout.send(bytes);
}
