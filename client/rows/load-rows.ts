import type { JobRecord } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';
import type { CallOptions, Transport } from '../http/transport.ts';
import type { Platform } from '../platform/platform.ts';
import { csvRows } from './job-rows.ts';
import { isCsv, type RowKind } from './row-file.ts';
import { rowFiles } from './row-files.ts';
import { textOf } from './text-of.ts';

/** A row of a load's outcome; `_line` and `_file` are numbers, all else is text as it was sent. */
export type LoadRow = Record<string, string | number | null>;

const counted: ReadonlySet<string> = new Set(['_line', '_file']);

/** Rows that a load has told apart, file after file. @throws SpectraError UNSUPPORTED_FORMAT */
export async function* loadRows(
  transport: Transport,
  platform: Platform,
  job: JobRecord,
  kind: RowKind,
  { signal }: CallOptions = {},
): AsyncGenerator<LoadRow, void, undefined> {
  for await (const file of rowFiles(transport, job, kind, { signal })) {
    if (!isCsv(file) && job.content_type !== 'CSV')
      throw clientError('UNSUPPORTED_FORMAT', `${file.name} is a file as it was sent: ${file.content_type}`, {
        hint: `Take the files themselves: rowFiles('${kind}').`,
      });
    const text = textOf(file.stream({ signal }), isCsv(file) ? 'NONE' : job.compression, platform);
    for await (const rows of csvRows(text, job, [], {})) for (const row of rows) yield plain(row);
  }
}

function plain(row: Readonly<Record<string, unknown>>): LoadRow {
  const values = Object.entries(row).map(([name, value]) => {
    const text = typeof value === 'string' ? value : null;
    return [name, text !== null && counted.has(name) ? Number(text) : text] as const;
  });
  return Object.fromEntries(values);
}
