import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../fault.ts';
import { asyncOption, dryRunOption, exportOptions, outOption } from '../options.ts';
import { download } from '../progress/download.ts';
import { follow, outcomeOf } from '../progress/follow.ts';
import { exportBody, queryText } from './query-text.ts';
import { whenDownloading, whenWatching } from './stopping.ts';

export const exportCommand: Command = {
  words: ['export'],
  summary: 'Export the rows of a query to files',
  positionals: { shown: '"SQL"', least: 1, most: 1 },
  options: { ...outOption, ...exportOptions, ...asyncOption, ...dryRunOption },
  notes: [
    '"SQL" is one read-only SELECT, or - to read it from standard input. Without --out the files stay in the service, for `spectra jobs download`.',
    '--dry-run judges the query by the very rules of the service and shows the UNLOAD that it would run. It needs no service; tables, bucket and role are not looked at.',
  ],
  examples: [
    'spectra export "SELECT * FROM sales" -o sales --format parquet',
    'spectra export "SELECT * FROM sales ORDER BY day" -o . --single-file --compression gzip',
    'spectra export - -o out < report.sql',
  ],
  run: async (context) => {
    const { ui, io, values } = context;
    const dir = values.text('out');
    if (dir !== undefined && values.flag('async'))
      throw new UsageError(
        '--async does not wait, so there is nothing to download yet.',
        'Leave out --async or --out.',
      );
    const sql = await queryText(context);
    if (values.flag('dry-run')) return dryRun(context, sql);
    context.whenStopped(['If the job was created already, `spectra jobs list` has it.']);
    const client = await context.client();
    const job = await client.export(sql, { ...exportBody(context), signal: io.signal });
    if (values.flag('async')) {
      ui.out(job.id);
      if (job.record) ui.record('job', job.record);
      return undefined;
    }
    whenWatching(context, job.id, dir);
    ui.say(`Job ${job.id}`);
    const record = await follow(context, job);
    ui.say(outcomeOf(record));
    if (dir === undefined) ui.out(job.id);
    else {
      whenDownloading(context, job.id, dir);
      await download(context, job, record, dir);
    }
    return undefined;
  },
};

async function dryRun(context: Context, sql: string): Promise<undefined> {
  const { dryRunExport } = await import('../dry-run/export.ts');
  dryRunExport(context.ui, { query: sql, ...exportBody(context) });
}
