import { isIdentifier, type LineEnding, type LoadOptions } from '../../contract/load.ts';
import { duplicateNames } from './column-names.ts';
import { readCsvHeader } from './csv-header.ts';
import { LoadRefused, shown } from './errors.ts';
import { readJsonHead } from './json-head.ts';
import { parquetColumns, type ParquetElement } from './parquet.ts';
import { TEXT, type LoadType } from './redshift-type.ts';

/** How much of each file is looked at, in bytes, plain. */
export const HEAD_BYTES = 64 * 1024;

export type SourceColumn = { readonly name: string; readonly type: LoadType };

/** What a file shows before it is loaded. */
export type SourceFile = {
  /** From 1. */
  readonly number: number;
  /** In the order of the file; of a JSON file, those of the objects in its head. */
  readonly columns: readonly SourceColumn[];
  /** An `array` is to be rewritten to lines before COPY reads it. */
  readonly layout: 'csv' | 'lines' | 'array' | 'parquet';
  /** Of CSV, where the header line ends at all. */
  readonly line_ending?: LineEnding | undefined;
};

export type TextHead = {
  readonly number: number;
  /** The first HEAD_BYTES at most, plain. */
  readonly bytes: Uint8Array;
  /** Whether these are all bytes of the file. */
  readonly whole: boolean;
};

/**
 * A CSV or JSON file by its first bytes. See magic.ts for what comes before it is decompressed.
 * @throws LoadRefused FILE_EMPTY, FILE_FORMAT_MISMATCH, COLUMN_DUPLICATE, COLUMN_UNSUPPORTED
 */
export function textSource(
  { number, bytes, whole }: TextHead,
  options: Pick<LoadOptions, 'column_delimiter' | 'line_ending'> & { readonly content_type: 'CSV' | 'JSON' },
): SourceFile {
  if (options.content_type === 'JSON') {
    const { layout, names } = readJsonHead(number, bytes, whole);
    return { number, layout, columns: textColumns(number, names) };
  }
  const { names, line_ending } = readCsvHeader(number, bytes, whole, options);
  return { number, layout: 'csv', line_ending, columns: textColumns(number, names) };
}

/** A Parquet file by the schema of its footer. @throws LoadRefused as textSource does */
export function parquetSource(number: number, schema: readonly ParquetElement[]): SourceFile {
  const columns = parquetColumns(number, schema);
  checkNames(
    number,
    columns.map(({ name }) => name),
  );
  return { number, layout: 'parquet', columns };
}

function textColumns(file: number, names: readonly string[]): SourceColumn[] {
  checkNames(file, names);
  return names.map((name) => ({ name, type: TEXT }));
}

function checkNames(file: number, names: readonly string[]): void {
  const empty = names.indexOf('');
  if (empty >= 0)
    throw new LoadRefused('COLUMN_UNSUPPORTED', `File ${file}: column ${empty + 1} has no name. Give it one.`);
  const bad = names.find((name) => !isIdentifier(name));
  if (bad !== undefined)
    throw new LoadRefused(
      'COLUMN_UNSUPPORTED',
      `File ${file}: the name ${shown(bad)} is longer than 127 bytes or has a line break or control character. Rename the column.`,
    );
  const [twice] = duplicateNames(names);
  if (twice !== undefined)
    throw new LoadRefused(
      'COLUMN_DUPLICATE',
      `File ${file} has the column ${shown(twice)} twice, case not counted. Rename one.`,
    );
}
