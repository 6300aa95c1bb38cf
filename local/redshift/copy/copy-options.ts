import { strptimeFormat } from '../sql/date-formats.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { TokenReader } from '../sql/token-reader.ts';
import type { Compression, ValueOptions } from './copy-command.ts';

/** COPY's options as they were written. */
export interface CopyOptions {
  format: 'CSV' | 'JSON' | 'PARQUET' | undefined;
  jsonMode: string;
  serializeToJson: boolean;
  compression: Compression;
  delimiter: string | undefined;
  quote: string | undefined;
  ignoreHeader: number | undefined;
  fillRecord: boolean;
  ignoreBlankLines: boolean;
  maxErrors: number | undefined;
  manifest: boolean;
  explicitIds: boolean;
  noLoad: boolean;
  authorized: boolean;
  /** Names of the options that change values, for formats that refuse them. */
  readonly changes: string[];
  values: ValueOptions;
}

export const noOptions = (): CopyOptions => ({
  format: undefined,
  jsonMode: 'auto',
  serializeToJson: false,
  compression: 'NONE',
  delimiter: undefined,
  quote: undefined,
  ignoreHeader: undefined,
  fillRecord: false,
  ignoreBlankLines: false,
  maxErrors: undefined,
  manifest: false,
  explicitIds: false,
  noLoad: false,
  authorized: false,
  changes: [],
  values: {
    nullAs: '\\N',
    emptyAsNull: false,
    blanksAsNull: false,
    trimBlanks: false,
    truncate: false,
    roundDecimals: false,
    acceptAnyDate: false,
    replacement: undefined,
    dateFormat: { kind: 'iso' },
    timeFormat: { kind: 'iso' },
  },
});

type OptionReader = (reader: TokenReader, options: CopyOptions) => void;

const MOST_ERRORS = 100_000;

function text(reader: TokenReader): string {
  reader.takes('as');
  return reader.string();
}

function wholeNumber(reader: TokenReader): number {
  reader.takes('as');
  const token = reader.next;
  const number = token?.kind === 'number' || token?.kind === 'string' ? Number(token.value) : Number.NaN;
  if (!Number.isInteger(number) || number < 0) throw reader.problem();
  reader.at += 1;
  return number;
}

const compression =
  (value: Compression): OptionReader =>
  (_reader, options) =>
    void (options.compression = value);

const format =
  (value: 'CSV' | 'JSON' | 'PARQUET'): OptionReader =>
  (reader, options) => {
    if (options.format !== undefined) throw new SqlError('42601', 'conflicting or redundant options', reader.position);
    options.format = value;
    if (value === 'JSON') {
      const given = reader.takes('as') || reader.next?.kind === 'string';
      if (given) options.jsonMode = reader.string();
    }
  };

const value =
  (name: string, change: (reader: TokenReader) => Partial<ValueOptions>): OptionReader =>
  (reader, options) => {
    options.changes.push(name);
    options.values = { ...options.values, ...change(reader) };
  };

const notSupported = (name: string, { position }: TokenReader): SqlError =>
  new SqlError('0A000', `COPY with ${name} is not supported by this engine`, position);

const unsupported =
  (name: string): OptionReader =>
  (reader) => {
    throw notSupported(name, reader);
  };

function dateFormat(reader: TokenReader): ValueOptions['dateFormat'] {
  const { position } = reader;
  const shown = text(reader);
  if (shown.toLowerCase() === 'auto') return { kind: 'auto' };
  return { kind: 'pattern', pattern: strptimeFormat(shown, position), shown };
}

function timeFormat(reader: TokenReader): ValueOptions['timeFormat'] {
  const { at } = reader;
  const shown = text(reader).toLowerCase();
  if (shown === 'epochsecs') return { kind: 'epoch', perSecond: 1 };
  if (shown === 'epochmillisecs') return { kind: 'epoch', perSecond: 1000 };
  reader.at = at;
  return dateFormat(reader);
}

/** ACCEPTINVCHARS [AS] ['c']: one ASCII character, by default a question mark. */
function replacement(reader: TokenReader): string {
  if (!reader.takes('as') && reader.next?.kind !== 'string') return '?';
  const { position } = reader;
  const character = reader.string();
  // eslint-disable-next-line no-control-regex -- any ASCII character but NUL
  if (/^[\u0001-\u007f]$/.test(character)) return character;
  throw new SqlError('22023', 'ACCEPTINVCHARS takes a single ASCII character other than NULL', position);
}

function maxErrors(reader: TokenReader): number {
  const { position } = reader;
  const number = wholeNumber(reader);
  if (number <= MOST_ERRORS) return number;
  throw new SqlError('22023', `MAXERROR must be between 0 and ${MOST_ERRORS}`, position);
}

function encoding(reader: TokenReader): void {
  reader.takes('as');
  const token = reader.next;
  if (token?.kind !== 'word' && token?.kind !== 'string') throw reader.problem();
  if (token.value.toLowerCase() !== 'utf8') throw notSupported(`ENCODING ${token.value}`, reader);
  reader.at += 1;
}

const switched = (reader: TokenReader): void => {
  for (const word of ['on', 'off', 'true', 'false', 'preset']) if (reader.takes(word)) return;
};

const credential: OptionReader = (reader, options) => {
  options.authorized = true;
  text(reader);
};

/** What follows FROM 's3://...', each by its first word. */
export const OPTIONS: Readonly<Record<string, OptionReader>> = {
  iam_role: (reader, options) => {
    options.authorized = true;
    if (!reader.takes('default')) text(reader);
  },
  with: () => undefined,
  credentials: credential,
  access_key_id: credential,
  secret_access_key: (reader) => void text(reader),
  session_token: (reader) => void text(reader),
  format: (reader) => {
    reader.takes('as');
    if (!['csv', 'json', 'parquet', 'avro', 'orc', 'shapefile'].includes(reader.next?.value ?? ''))
      throw reader.problem();
  },
  csv: format('CSV'),
  json: format('JSON'),
  parquet: format('PARQUET'),
  avro: unsupported('AVRO'),
  orc: unsupported('ORC'),
  shapefile: unsupported('SHAPEFILE'),
  fixedwidth: unsupported('FIXEDWIDTH'),
  escape: unsupported('ESCAPE'),
  removequotes: unsupported('REMOVEQUOTES'),
  encrypted: unsupported('ENCRYPTED'),
  lzop: unsupported('LZOP'),
  ssh: unsupported('SSH'),
  serializetojson: (_reader, options) => void (options.serializeToJson = true),
  quote: (reader, options) => void (options.quote = text(reader)),
  delimiter: (reader, options) => void (options.delimiter = text(reader)),
  gzip: compression('GZIP'),
  zstd: compression('ZSTD'),
  bzip2: compression('BZIP2'),
  ignoreheader: (reader, options) => void (options.ignoreHeader = wholeNumber(reader)),
  ignoreblanklines: (_reader, options) => void (options.ignoreBlankLines = true),
  fillrecord: (_reader, options) => void (options.fillRecord = true),
  maxerror: (reader, options) => void (options.maxErrors = maxErrors(reader)),
  manifest: (_reader, options) => void (options.manifest = true),
  explicit_ids: (_reader, options) => void (options.explicitIds = true),
  noload: (_reader, options) => void (options.noLoad = true),
  region: (reader) => void text(reader),
  encoding,
  compupdate: switched,
  statupdate: switched,
  comprows: (reader) => void wholeNumber(reader),
  null: value('NULL AS', (reader) => ({ nullAs: text(reader) })),
  emptyasnull: value('EMPTYASNULL', () => ({ emptyAsNull: true })),
  blanksasnull: value('BLANKSASNULL', () => ({ blanksAsNull: true })),
  trimblanks: value('TRIMBLANKS', () => ({ trimBlanks: true })),
  truncatecolumns: value('TRUNCATECOLUMNS', () => ({ truncate: true })),
  roundec: value('ROUNDEC', () => ({ roundDecimals: true })),
  acceptanydate: value('ACCEPTANYDATE', () => ({ acceptAnyDate: true })),
  acceptinvchars: value('ACCEPTINVCHARS', (reader) => ({ replacement: replacement(reader) })),
  dateformat: value('DATEFORMAT', (reader) => ({ dateFormat: dateFormat(reader) })),
  timeformat: value('TIMEFORMAT', (reader) => ({ timeFormat: timeFormat(reader) })),
};
