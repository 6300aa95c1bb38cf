import type { Relation } from '../security/relation.ts';

/** COPY's options after parsing and checking. */
export interface CopyCommand {
  /** The target as it was named; an empty schema is to be looked for. */
  readonly table: Relation;
  /** 1-based character of the target's name. */
  readonly position: number;
  /** Undefined: all, in the order of the table. */
  readonly columns: readonly string[] | undefined;
  readonly bucket: string;
  /** A key, the prefix of keys, or the key of a manifest. */
  readonly prefix: string;
  readonly manifest: boolean;
  readonly format: CopyFormat;
  readonly compression: Compression;
  /** Rejected rows that are passed over, 0 to 100,000. */
  readonly maxErrors: number;
  readonly explicitIds: boolean;
  /** Reads and checks, and loads nothing. */
  readonly noLoad: boolean;
}

export type Compression = 'NONE' | 'GZIP' | 'ZSTD' | 'BZIP2';

export type CopyFormat =
  | { readonly kind: 'PARQUET'; readonly serializeToJson: boolean }
  | {
      readonly kind: 'JSON';
      readonly ignoreCase: boolean;
      /** Each object whole, as the value of the one column. */
      readonly noShred: boolean;
      readonly values: ValueOptions;
    }
  | {
      readonly kind: 'CSV' | 'TEXT';
      readonly delimiter: string;
      /** Undefined: no value is quoted. */
      readonly quote: string | undefined;
      /** Rows on top of each file that are no data. */
      readonly ignoreHeader: number;
      /** Short rows are filled up. */
      readonly fillRecord: boolean;
      readonly ignoreBlankLines: boolean;
      readonly values: ValueOptions;
    };

export type TextFormat = Exclude<CopyFormat, { kind: 'PARQUET' }>;

/** How the text of a field becomes the value of a column. */
export interface ValueOptions {
  readonly nullAs: string;
  readonly emptyAsNull: boolean;
  readonly blanksAsNull: boolean;
  readonly trimBlanks: boolean;
  readonly truncate: boolean;
  readonly roundDecimals: boolean;
  /** Dates that cannot be read are NULL. */
  readonly acceptAnyDate: boolean;
  /** Stands for each invalid character; undefined: these are errors. */
  readonly replacement: string | undefined;
  readonly dateFormat: DateFormat;
  readonly timeFormat: DateFormat | { readonly kind: 'epoch'; readonly perSecond: number };
}

/** `pattern`: what strptime takes. */
export type DateFormat =
  | { readonly kind: 'iso' }
  | { readonly kind: 'auto' }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly shown: string };
