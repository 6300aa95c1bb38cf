import type { Token } from '../sql/lexer.ts';
import { closing, isOperator, isWord, splitAtCommas } from '../sql/spans.ts';
import { SqlError, syntaxErrorAtEnd, syntaxErrorNear } from '../sql/sql-error.ts';
import type { Compression, UnloadCommand, UnloadFormat } from './unload-command.ts';

interface Options {
  format: 'CSV' | 'JSON' | 'PARQUET' | undefined;
  compression: Compression;
  header: boolean;
  delimiter: string | undefined;
  nullAs: string | undefined;
  addQuotes: boolean;
  escape: boolean;
  manifest: UnloadCommand['manifest'];
  parallel: boolean;
  maxFileBytes: number;
  partitionBy: readonly string[];
  includePartitions: boolean;
  extension: string | undefined;
  allowOverwrite: boolean;
  cleanPath: boolean;
  authorized: boolean;
}

const MB = 1024 * 1024;
const MAX_FILE_BYTES = 6.2 * 1024 * MB;
const MIN_FILE_BYTES = 5 * MB;

/** Walks over the tokens behind the destination. */
class Cursor {
  private readonly tokens: readonly Token[];
  at: number;

  constructor(tokens: readonly Token[], at: number) {
    this.tokens = tokens;
    this.at = at;
  }

  get token(): Token | undefined {
    return this.tokens[this.at];
  }

  accept(...words: string[]): boolean {
    if (!isWord(this.token, ...words)) return false;
    this.at += 1;
    return true;
  }

  fail(): SqlError {
    const { token } = this;
    return token === undefined
      ? syntaxErrorAtEnd((this.tokens.at(-1)?.end ?? 0) + 1)
      : syntaxErrorNear(token.text, token.start + 1);
  }

  take(...kinds: Token['kind'][]): Token {
    const { token } = this;
    if (token === undefined || !kinds.includes(token.kind)) throw this.fail();
    this.at += 1;
    return token;
  }

  text(): string {
    this.accept('as');
    return this.take('string').value;
  }

  names(): string[] {
    if (!isOperator(this.token, '(')) throw this.fail();
    const close = closing(this.tokens, this.at);
    const names = splitAtCommas(this.tokens, { lo: this.at + 1, hi: close }).map(({ lo, hi }) => {
      const name = this.tokens[lo];
      if (hi - lo !== 1 || name === undefined || (name.kind !== 'word' && name.kind !== 'quoted')) {
        this.at = lo;
        throw this.fail();
      }
      return name.value;
    });
    this.at = close + 1;
    return names;
  }
}

function sizeInBytes(cursor: Cursor): number {
  cursor.accept('as');
  const size = cursor.take('number');
  const unit = cursor.accept('gb') ? 1024 * MB : MB;
  if (unit === MB) cursor.accept('mb');
  const bytes = Number(size.text) * unit;
  if (bytes >= MIN_FILE_BYTES && bytes <= MAX_FILE_BYTES) return bytes;
  throw new SqlError('22023', 'MAXFILESIZE must be between 5MB and 6.2GB', size.start + 1);
}

type OptionReader = (cursor: Cursor, options: Options) => void;

const compression =
  (value: Compression): OptionReader =>
  (_cursor, options) =>
    void (options.compression = value);

const OPTIONS: Readonly<Record<string, OptionReader>> = {
  iam_role: (cursor, options) => {
    options.authorized = true;
    if (!cursor.accept('default')) cursor.take('string');
  },
  credentials: (cursor, options) => {
    options.authorized = true;
    cursor.text();
  },
  with: () => undefined,
  access_key_id: (cursor, options) => {
    options.authorized = true;
    cursor.text();
  },
  secret_access_key: (cursor) => void cursor.text(),
  session_token: (cursor) => void cursor.text(),
  format: (cursor) => void cursor.accept('as'),
  csv: (_cursor, options) => void (options.format = 'CSV'),
  json: (_cursor, options) => void (options.format = 'JSON'),
  parquet: (_cursor, options) => void (options.format = 'PARQUET'),
  header: (_cursor, options) => void (options.header = true),
  delimiter: (cursor, options) => void (options.delimiter = cursor.text()),
  null: (cursor, options) => void (options.nullAs = cursor.text()),
  addquotes: (_cursor, options) => void (options.addQuotes = true),
  escape: (_cursor, options) => void (options.escape = true),
  gzip: compression('GZIP'),
  zstd: compression('ZSTD'),
  bzip2: compression('BZIP2'),
  manifest: (cursor, options) => void (options.manifest = cursor.accept('verbose') ? 'verbose' : 'plain'),
  parallel: (cursor, options) => {
    options.parallel = !cursor.accept('off', 'false');
    if (options.parallel) cursor.accept('on', 'true');
  },
  maxfilesize: (cursor, options) => void (options.maxFileBytes = sizeInBytes(cursor)),
  rowgroupsize: (cursor) => {
    cursor.accept('as');
    cursor.take('number');
    cursor.accept('mb', 'gb');
  },
  partition: (cursor, options) => {
    if (!cursor.accept('by')) throw cursor.fail();
    options.partitionBy = cursor.names();
    options.includePartitions = cursor.accept('include');
  },
  extension: (cursor, options) => void (options.extension = cursor.take('string').value),
  allowoverwrite: (_cursor, options) => void (options.allowOverwrite = true),
  cleanpath: (_cursor, options) => void (options.cleanPath = true),
  region: (cursor) => void cursor.text(),
  encrypted: (cursor) => void cursor.accept('auto'),
  kms_key_id: (cursor) => void cursor.text(),
};

const refuse = (message: string): SqlError => new SqlError('0A000', message);

function formatOf(options: Options): UnloadFormat {
  const { delimiter, nullAs, addQuotes, escape } = options;
  const text = { delimiter, 'NULL AS': nullAs, HEADER: options.header, ADDQUOTES: addQuotes, ESCAPE: escape };
  const given = Object.entries(text).filter(([, value]) => value !== undefined && value !== false);
  const [first] = given.map(([name]) => name.toUpperCase());
  switch (options.format) {
    case 'PARQUET': {
      const conflict = first ?? (options.compression === 'NONE' ? undefined : options.compression);
      if (conflict !== undefined) throw refuse(`${conflict} is not supported for UNLOAD to PARQUET`);
      return { kind: 'PARQUET' };
    }
    case 'JSON':
      if (first !== undefined) throw refuse(`${first} is not supported for UNLOAD to JSON`);
      return { kind: 'JSON' };
    case 'CSV':
      if (addQuotes || escape) throw refuse(`${addQuotes ? 'ADDQUOTES' : 'ESCAPE'} is not supported for UNLOAD to CSV`);
      return { kind: 'CSV', delimiter: delimiter ?? ',', nullAs, addQuotes, escape };
    case undefined:
      return { kind: 'TEXT', delimiter: delimiter ?? '|', nullAs, addQuotes, escape };
  }
}

function destination(token: Token): { bucket: string; prefix: string } {
  const found = /^s3:\/\/([^/]+)\/(.*)$/s.exec(token.value);
  if (found === null)
    throw new SqlError('22023', 'The S3 path must be of the form s3://bucket/prefix', token.start + 1);
  return { bucket: found[1] ?? '', prefix: found[2] ?? '' };
}

function checkOptions(options: Options): void {
  if (!options.authorized) throw new SqlError('42601', 'UNLOAD needs an authorization: IAM_ROLE or CREDENTIALS');
  if (options.cleanPath && options.allowOverwrite)
    throw refuse('CLEANPATH cannot be specified together with ALLOWOVERWRITE');
  const { delimiter } = options;
  // eslint-disable-next-line no-control-regex -- a delimiter is one ASCII character, control characters included
  if (delimiter !== undefined && !/^[\u0000-\u007f]$/.test(delimiter)) {
    throw new SqlError('22023', 'DELIMITER must be a single ASCII character');
  }
}

/** Parses UNLOAD (tokens of the whole statement). Throws SqlError as Redshift refuses it. */
export function parseUnload(tokens: readonly Token[]): UnloadCommand {
  const start = new Cursor(tokens, 1);
  if (!isOperator(start.token, '(')) throw start.fail();
  start.at += 1;
  const query = start.take('string').value;
  if (!isOperator(start.token, ')')) throw start.fail();
  start.at += 1;
  if (!start.accept('to')) throw start.fail();
  const { bucket, prefix } = destination(start.take('string'));
  const options: Options = {
    format: undefined,
    compression: 'NONE',
    header: false,
    delimiter: undefined,
    nullAs: undefined,
    addQuotes: false,
    escape: false,
    manifest: 'none',
    parallel: true,
    maxFileBytes: MAX_FILE_BYTES,
    partitionBy: [],
    includePartitions: false,
    extension: undefined,
    allowOverwrite: false,
    cleanPath: false,
    authorized: false,
  };
  while (start.token !== undefined) {
    const reader = start.token.kind === 'word' ? OPTIONS[start.token.value] : undefined;
    if (reader === undefined) throw start.fail();
    start.at += 1;
    reader(start, options);
  }
  checkOptions(options);
  const partitioned = options.partitionBy.length > 0 && prefix !== '' && !prefix.endsWith('/');
  return {
    query,
    bucket,
    prefix: partitioned ? `${prefix}/` : prefix,
    format: formatOf(options),
    compression: options.compression,
    header: options.header,
    manifest: options.manifest,
    parallel: options.parallel,
    maxFileBytes: options.maxFileBytes,
    partitionBy: options.partitionBy,
    includePartitions: options.includePartitions,
    extension: options.extension?.replace(/^\./, ''),
    existing: options.cleanPath ? 'clean' : options.allowOverwrite ? 'overwrite' : 'refuse',
  };
}
