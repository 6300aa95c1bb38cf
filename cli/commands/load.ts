import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Job, JobFailedError, type LoadOptions, SpectraError } from '../../client/node.ts';
import { commonFormat, formatOf } from '../../client/upload/format-of.ts';
import { mostFiles } from '../../client/upload/open-files.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../fault.ts';
import { asyncOption, dryRunOption, exportOptions } from '../options.ts';
import { follow, outcomeOf } from '../progress/follow.ts';
import { saveRejects } from '../progress/save-rows.ts';
import { uploadBars } from '../progress/upload-bars.ts';
import { printable } from '../render/printable.ts';
import { countOf } from '../render/amounts.ts';
import { quoted, whenWatching } from './stopping.ts';

const { compression, delimiter, tag } = exportOptions;
const finding = ['upsert', 'update', 'delete'] as const;
/** Rejected rows that are shown; --json writes all of them. */
const mostShown = 10;

export const load: Command = {
  words: ['load'],
  summary: 'Load files into a table, by one job',
  positionals: { shown: 'FILE...', least: 1, most: 1000, path: true },
  options: {
    into: { kind: 'text', value: 'SCHEMA.TABLE', help: 'the table' },
    upsert: { kind: 'list', value: 'KEY', help: 'change rows with the same key, add the others' },
    update: { kind: 'list', value: 'KEY', help: 'change rows with the same key' },
    delete: { kind: 'list', value: 'KEY', help: 'delete rows with the same key' },
    map: {
      kind: 'list',
      value: 'COLUMN=TARGET',
      help: 'a column of the file and that of the table; others are left out then',
    },
    'max-errors': { kind: 'text', value: 'N', help: 'with more rejected rows nothing is applied' },
    'all-or-nothing': { kind: 'flag', help: 'one rejected row fails the job' },
    format: {
      kind: 'text',
      value: 'FORMAT',
      choices: ['csv', 'json', 'parquet'],
      help: 'default: by the name of the file',
    },
    ...(compression && { compression: { ...compression, help: 'default: by the name of the file' } }),
    ...(delimiter && { delimiter }),
    'null-as': { kind: 'text', value: 'TEXT', help: 'what stands for NULL in csv; an empty field without it' },
    ...(tag && { tag }),
    rejects: { kind: 'text', value: 'FILE', path: true, help: 'write the rejected rows there, each with its reason' },
    resume: { kind: 'text', value: 'JOB', help: 'go on with an upload that was broken off' },
    ...asyncOption,
    ...dryRunOption,
  },
  notes: [
    'Without --upsert, --update or --delete rows are added. A key of several columns is written with commas.',
    'All files, 8 at most, are one job and one transaction: they have the same format, and no two rows the same key. More are loaded by several jobs.',
    'Rejected rows are no failure: a warning tells them, and the exit code is 0. --max-errors and --all-or-nothing make them one. --rejects writes them as CSV in the dialect of the files, also when the job fails for them; it is a header alone where there are none.',
    '--dry-run holds the request to the schema of the service and shows it; it needs no service.',
  ],
  examples: [
    'spectra load accounts.csv --into sales.accounts --upsert id',
    'spectra load 2026-*.parquet --into sales.orders',
    'spectra load accounts.csv --into sales.accounts --rejects rejected.csv',
    "printf '%s\\0' *.csv | xargs -0 -n 8 spectra load --into sales.orders   # more than 8",
  ],
  run: async (context) => {
    const { positionals: files, values } = context;
    const table = values.text('into');
    if (table === undefined)
      throw new UsageError('--into is missing: which table?', 'spectra load FILE --into SCHEMA.TABLE');
    const options = optionsOf(context);
    const missing = files.find((file) => !existsSync(file));
    if (missing !== undefined) throw new UsageError(`There is no file ${missing}.`);
    if (files.length > mostFiles)
      throw new UsageError(
        `A load takes at most ${mostFiles} files; these are ${files.length}.`,
        `Several loads:  printf '%s\\0' FILE... | xargs -0 -n ${mostFiles} spectra load --into ${quoted(table)}`,
      );
    const rejects = values.text('rejects');
    // Better known now than when the rows are applied.
    if (rejects !== undefined && !existsSync(dirname(rejects)))
      throw new UsageError(`--rejects ${rejects}: there is no folder ${dirname(rejects)}.`);
    if (values.flag('async') && rejects !== undefined)
      throw new UsageError(
        '--async does not wait, so nothing is rejected yet.',
        'Leave out --async, or ask later: spectra jobs rows JOB',
      );
    assertOneFormat(files, options);
    if (values.flag('dry-run')) {
      const { dryRunLoad } = await import('../dry-run/load.ts');
      dryRunLoad(context.ui, files, table, options);
      return undefined;
    }
    await loadFiles(context, files, table, options);
    return undefined;
  },
};

function assertOneFormat(files: readonly string[], options: LoadOptions): void {
  try {
    commonFormat(
      files.map((name) => ({ name, ...formatOf(name) })),
      options,
    );
  } catch (error) {
    if (!(error instanceof SpectraError)) throw error;
    throw new UsageError(
      `${error.message}.`,
      'Load them one after the other, or say it with --format and --compression.',
    );
  }
}

function optionsOf({ values }: Context): LoadOptions {
  const given = finding.filter((operation) => values.list(operation).length > 0);
  const [operation] = given;
  if (given.length > 1) throw new UsageError(`--${given.join(' and --')}: one of them.`);
  const maps = values.list('map').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1 || at === pair.length - 1) throw new UsageError(`--map ${pair}: expected COLUMN=TARGET`);
    return { source_column: pair.slice(0, at), target_column: pair.slice(at + 1) };
  });
  const all = {
    content_type: values.choice('format', ['CSV', 'JSON', 'PARQUET'] as const),
    compression: values.choice('compression', ['NONE', 'GZIP', 'ZSTD', 'BZIP2'] as const),
    column_delimiter: values.choice('delimiter', ['COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE'] as const),
    null_as: values.text('null-as'),
    tag: values.text('tag'),
    max_errors: values.whole('max-errors', 0),
    all_or_nothing: values.flag('all-or-nothing') ? true : undefined,
    column_mappings: maps.length === 0 ? undefined : maps,
    resume: values.text('resume'),
    ...(operation !== undefined && { operation, external_id_field: values.list(operation) }),
  };
  // What is undefined must not stand over what the name of the file tells.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function loadFiles(
  context: Context,
  files: readonly string[],
  table: string,
  options: LoadOptions,
): Promise<void> {
  const { ui, io, values } = context;
  const client = await context.client();
  context.whenStopped(['If the job was created already, `spectra jobs list` has it.']);
  const bars = uploadBars(files, io.now);
  const job = await client.load(table, files, {
    ...options,
    signal: io.signal,
    onJob: ({ job_id }) => {
      ui.say(`Job ${job_id}: ${files.map((file) => printable(basename(file))).join(', ')}`);
      const again = `load ${files.map(quoted).join(' ')} --into ${quoted(table)} --resume ${job_id}`;
      context.whenStopped([`Job ${job_id} is open. What was sent is kept. Go on:  ${context.commandLine(again)}`]);
    },
    onProgress: (progress) => {
      bars.tell(progress);
      ui.live.draw(() => bars.lines(io.stderr.columns()));
    },
  });
  ui.live.clear();
  whenWatching(context, job.id);
  if (values.flag('async')) {
    ui.out(job.id);
    if (job.record) ui.record('job', job.record);
    return;
  }
  const rejects = values.text('rejects');
  const record = await follow(context, job).catch(async (error: unknown) => {
    if (error instanceof JobFailedError && rejects !== undefined) await keepRejects(context, job, rejects);
    throw error;
  });
  ui.say(outcomeOf(record));
  if (record.number_records_failed > 0) await tellRejected(context, job, record.number_records_failed, files.length);
  if (rejects !== undefined) await keepRejects(context, job, rejects);
  ui.out(job.id);
}

async function keepRejects(context: Context, job: Job, path: string): Promise<void> {
  const again = context.commandLine(`jobs rows ${job.id} > ${quoted(path)}`);
  context.whenStopped([`Job ${job.id} has ended. Its rejected rows:  ${again}`]);
  if (await saveRejects(context, job, path)) context.ui.say(`Rejected rows: ${printable(path)}`);
  else context.ui.warn(`no row was read, so there is nothing to write to ${printable(path)}`);
}

/** The rows that were not applied: the first of them for people, all for programs. */
async function tellRejected({ ui, io }: Context, job: Job, count: number, files: number): Promise<void> {
  let shown = 0;
  for await (const row of job.failedRows({ signal: io.signal })) {
    ui.record('rejected', { row });
    shown += 1;
    const { _line, _column, _error, _file } = row;
    const file = files > 1 ? `file ${String(_file)}, ` : '';
    const column = _column === null || _column === undefined || _column === '' ? '' : `, ${printable(String(_column))}`;
    if (shown <= mostShown) ui.warn(`  ${file}line ${String(_line)}${column}: ${printable(String(_error))}`);
    if (shown >= mostShown && !ui.json) break;
  }
  if (count > shown) ui.warn(`  and ${countOf(count - shown)} more: --rejects FILE or \`jobs rows\` has all of them`);
}
