import type { Token } from '../sql/lexer.ts';
import { isOperator } from '../sql/spans.ts';
import { SqlError } from '../sql/sql-error.ts';
import { TokenReader } from '../sql/token-reader.ts';
import type { CopyCommand, CopyFormat } from './copy-command.ts';
import { noOptions, OPTIONS, type CopyOptions } from './copy-options.ts';

const refuse = (message: string): SqlError => new SqlError('0A000', message);

/** The first of these options that was given. */
function given(options: CopyOptions, names: readonly string[]): string | undefined {
  const all: Readonly<Record<string, unknown>> = {
    DELIMITER: options.delimiter,
    QUOTE: options.quote,
    IGNOREHEADER: options.ignoreHeader,
    FILLRECORD: options.fillRecord,
    IGNOREBLANKLINES: options.ignoreBlankLines,
    MAXERROR: options.maxErrors,
    NOLOAD: options.noLoad,
    [options.compression]: options.compression !== 'NONE',
  };
  const found = Object.entries(all).filter(([, value]) => value !== undefined && value !== false);
  return found.map(([name]) => name).find((name) => names.includes(name));
}

function parquet(options: CopyOptions): CopyFormat {
  const refused = ['DELIMITER', 'QUOTE', 'IGNOREHEADER', 'FILLRECORD', 'IGNOREBLANKLINES', 'MAXERROR', 'NOLOAD'];
  const conflict = given(options, [...refused, 'GZIP', 'ZSTD', 'BZIP2']) ?? options.changes[0];
  if (conflict !== undefined) throw refuse(`${conflict} argument is not supported for PARQUET based COPY`);
  return { kind: 'PARQUET', serializeToJson: options.serializeToJson };
}

function json(options: CopyOptions): CopyFormat {
  const conflict = given(options, ['DELIMITER', 'QUOTE', 'IGNOREHEADER', 'FILLRECORD', 'IGNOREBLANKLINES']);
  if (conflict !== undefined) throw refuse(`${conflict} is not supported for COPY from JSON`);
  const mode = options.jsonMode.toLowerCase();
  if (mode !== 'auto' && mode !== 'auto ignorecase' && mode !== 'noshred')
    throw refuse('COPY with a JSONPaths file is not supported by this engine');
  return { kind: 'JSON', ignoreCase: mode !== 'auto', noShred: mode === 'noshred', values: options.values };
}

/** One ASCII character that is no line break. */
function character(name: string, text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters can delimit
  if (/^[\u0001-\u0009\u000b\u000c\u000e-\u007f]$/.test(text)) return text;
  throw new SqlError('22023', `COPY ${name.toLowerCase()} must be a single ASCII character`);
}

function delimited(options: CopyOptions): CopyFormat {
  const isCsv = options.format === 'CSV';
  if (!isCsv && options.quote !== undefined) throw refuse('QUOTE is only supported for COPY with FORMAT CSV');
  const delimiter = character('DELIMITER', options.delimiter ?? (isCsv ? ',' : '|'));
  const quote = isCsv ? character('QUOTE', options.quote ?? '"') : undefined;
  if (delimiter === quote) throw new SqlError('22023', 'COPY delimiter and quote must be different');
  const { ignoreHeader = 0, fillRecord, ignoreBlankLines, values } = options;
  return { kind: isCsv ? 'CSV' : 'TEXT', delimiter, quote, ignoreHeader, fillRecord, ignoreBlankLines, values };
}

function formatOf(options: CopyOptions): CopyFormat {
  if (options.serializeToJson && options.format !== 'PARQUET')
    throw refuse('SERIALIZETOJSON is only supported for columnar formats');
  switch (options.format) {
    case 'PARQUET':
      return parquet(options);
    case 'JSON':
      return json(options);
    case 'CSV':
    case undefined:
      return delimited(options);
  }
}

/** `s3://bucket/key`. Throws SqlError 22023. */
export function s3Location(url: string, position?: number): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new SqlError('22023', 'The S3 path must be of the form s3://bucket/key', position);
}

function columnsOf(reader: TokenReader): readonly string[] | undefined {
  if (!isOperator(reader.next, '(')) return undefined;
  reader.at += 1;
  const names: string[] = [];
  do {
    const { position } = reader;
    const name = reader.name().value;
    if (names.includes(name)) throw new SqlError('42701', `column "${name}" specified more than once`, position);
    names.push(name);
  } while (reader.takesOperator(','));
  if (!reader.takesOperator(')')) throw reader.problem();
  return names;
}

/** Parses COPY (tokens of the whole statement). Throws SqlError as Redshift refuses it. */
export function parseCopy(tokens: readonly Token[]): CopyCommand {
  const reader = new TokenReader(tokens, 1);
  const { position } = reader;
  const table = reader.relation();
  const columns = columnsOf(reader);
  reader.expect('from');
  const at = reader.position;
  const { bucket, key: prefix } = s3Location(reader.string(), at);
  const options = noOptions();
  while (!reader.atEnd) {
    const option = reader.next?.kind === 'word' ? OPTIONS[reader.next.value] : undefined;
    if (option === undefined) throw reader.problem();
    reader.at += 1;
    option(reader, options);
  }
  if (!options.authorized) throw new SqlError('42601', 'COPY needs an authorization: IAM_ROLE or CREDENTIALS');
  return {
    table,
    position,
    columns,
    bucket,
    prefix,
    manifest: options.manifest,
    format: formatOf(options),
    compression: options.compression,
    maxErrors: options.maxErrors ?? 0,
    explicitIds: options.explicitIds,
    noLoad: options.noLoad,
  };
}
