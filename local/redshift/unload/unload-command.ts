/** UNLOAD's options after parsing and checking. */
export interface UnloadCommand {
  /** The inner query as Redshift SQL, with the literal's escapes resolved. */
  readonly query: string;
  readonly bucket: string;
  /** Key prefix of all objects, as given (a slash is added for PARTITION BY). */
  readonly prefix: string;
  readonly format: UnloadFormat;
  readonly compression: Compression;
  readonly header: boolean;
  /** MANIFEST or MANIFEST VERBOSE. */
  readonly manifest: 'none' | 'plain' | 'verbose';
  readonly parallel: boolean;
  readonly maxFileBytes: number;
  readonly partitionBy: readonly string[];
  /** Partition columns stay in the files. */
  readonly includePartitions: boolean;
  /** Without a leading dot. */
  readonly extension: string | undefined;
  readonly existing: 'refuse' | 'overwrite' | 'clean';
}

export type UnloadFormat =
  | { readonly kind: 'PARQUET' }
  | { readonly kind: 'JSON' }
  | {
      readonly kind: 'CSV' | 'TEXT';
      readonly delimiter: string;
      /** What stands for NULL; without it an empty field does, as for the empty string. */
      readonly nullAs: string | undefined;
      readonly addQuotes: boolean;
      readonly escape: boolean;
    };

export type Compression = 'NONE' | 'GZIP' | 'ZSTD' | 'BZIP2';
