import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Compression } from '../../../contract/formats.ts';
import { bunzip2 } from '../../support/bunzip2.ts';
import type { Row } from './facts.ts';

/* Readers that share nothing with what wrote the files: zlib, another bzip2, JSON.parse and a DuckDB of their own. */

export function decompress(data: Buffer, compression: Compression): Buffer {
  switch (compression) {
    case 'NONE':
      return data;
    case 'GZIP':
      return gunzipSync(data);
    case 'ZSTD':
      return zstdDecompressSync(data);
    case 'BZIP2':
      return bunzip2(data);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Writes the files to disk and reads them there with a fresh engine, every value as text. */
async function query(
  workDir: string,
  files: readonly Buffer[],
  extension: string,
  sql: (list: string) => string,
): Promise<Row[]> {
  const folder = await mkdtemp(join(workDir, 'files-'));
  const paths = files.map((_, at) => join(folder, `${at}.${extension}`));
  await Promise.all(files.map((data, at) => writeFile(paths[at] ?? '', data)));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    const reader = await connection.runAndReadAll(sql(`[${paths.map(quoted).join(', ')}]`));
    return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export interface CsvForm {
  delimiter?: string;
  nullAs?: string;
}

/** CSV files with a header line. Without `nullAs` an empty value is NULL. */
export const readCsv = (workDir: string, files: readonly Buffer[], form: CsvForm = {}): Promise<Row[]> =>
  query(
    workDir,
    files,
    'csv',
    (list) =>
      `SELECT * FROM read_csv(${list}, all_varchar = true, auto_detect = false, header = true, strict_mode = true,
        columns = {${header(files[0], form.delimiter ?? ',')}}, delim = ${quoted(form.delimiter ?? ',')},
        quote = '"', escape = '"', new_line = '\\n', nullstr = ${quoted(form.nullAs ?? '')}, max_line_size = 1000000)`,
  );

const header = (file: Buffer | undefined, delimiter: string): string =>
  (file?.toString().split('\n')[0] ?? '')
    .split(delimiter)
    .map((name) => `${quoted(name)}: 'VARCHAR'`)
    .join(', ');

export const readParquet = (workDir: string, files: readonly Buffer[]): Promise<Row[]> =>
  query(workDir, files, 'parquet', (list) => `SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet(${list})`);

/** The value as it is spelled in the file: a number keeps all its digits. */
type Spelled = string | null | boolean | { spelled: string } | Spelled[] | { [name: string]: Spelled };

const keepSpelling = (_: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? { spelled: context?.source ?? String(value) } : value;

function unparse(value: Spelled): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(unparse).join(',')}]`;
  if (typeof value.spelled === 'string') return value.spelled;
  const pairs = Object.entries(value as Record<string, Spelled>);
  return `{${pairs.map(([name, member]) => `${JSON.stringify(name)}:${unparse(member)}`).join(',')}}`;
}

/** JSON lines, the values in the order of `names`; those of `nested` as JSON text. */
export function readJson(files: readonly Buffer[], names: readonly string[], nested: readonly string[] = []): Row[] {
  const lines = files.flatMap((data) => data.toString().split('\n')).filter((line) => line !== '');
  return lines.map((line) => {
    const row = JSON.parse(line, keepSpelling) as Record<string, Spelled>;
    if (Object.keys(row).join() !== names.join()) throw new Error(`columns are ${Object.keys(row).join()}`);
    return names.map((name) => {
      const value = row[name] ?? null;
      if (value === null) return null;
      return nested.includes(name) || typeof value !== 'string' ? unparse(value) : value;
    });
  });
}

/** JSON lines as plain objects. */
export const objectsIn = (files: readonly Buffer[]): Record<string, unknown>[] =>
  files
    .flatMap((data) => data.toString().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
