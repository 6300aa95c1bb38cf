import type { JobRecord } from '../contract.ts';
import { readBytes } from '../download/read-bytes.ts';
import type { ByteSource } from '../download/byte-source.ts';
import { SpectraError } from '../errors/spectra-error.ts';
import type { CallOptions, Transport } from '../http/transport.ts';
import { csvRows } from './job-rows.ts';

/** A row of a load's outcome; `_line` and `_file` are numbers, all else is text as it was sent. */
export type LoadRow = Record<string, string | number | null>;

/** Files of rows that a load may have written; the API knows no more. */
const mostFiles = 1000;
const counted: ReadonlySet<string> = new Set(['_line', '_file']);
const texts = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
};

/** Rows that a load has told apart, file after file, until there is none other. */
export async function* loadRows(
  transport: Transport,
  job: JobRecord,
  kind: 'failed' | 'successful',
  { signal }: CallOptions = {},
): AsyncGenerator<LoadRow, void, undefined> {
  for (let file = 1; file <= mostFiles; file += 1) {
    const source = sourceOf(transport, job.job_id, kind, file);
    const bytes = readBytes(transport, source, { from: 0, to: undefined }, signal);
    try {
      for await (const rows of csvRows(texts(bytes), job, [], {})) for (const row of rows) yield plain(row);
    } catch (error) {
      if (error instanceof SpectraError && error.code === 'FILE_NOT_FOUND') return;
      throw error;
    }
    if (source.isNone()) return;
  }
}

/** The stable link, which leads to a fresh URL each time. */
function sourceOf(
  transport: Transport,
  jobId: string,
  kind: string,
  file: number,
): ByteSource & { isNone: () => boolean } {
  let none = false;
  const path = `/bulk/jobs/${encodeURIComponent(jobId)}/${kind}-results`;
  return {
    name: `${kind}-results`,
    isNone: () => none,
    open: async ({ range, until }) => {
      const headers = range === undefined ? {} : { range };
      const response = await transport.open({ method: 'GET', path, query: { file }, headers }, until);
      none = response.status === 204;
      return response;
    },
    refresh: () => Promise.resolve(false),
  };
}

function plain(row: Readonly<Record<string, unknown>>): LoadRow {
  const values = Object.entries(row).map(([name, value]) => {
    const text = typeof value === 'string' ? value : null;
    return [name, text !== null && counted.has(name) ? Number(text) : text] as const;
  });
  return Object.fromEntries(values);
}
