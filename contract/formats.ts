import * as z from 'zod';

export const ContentType = z.enum(['CSV', 'JSON', 'PARQUET']).meta({ id: 'ContentType' });
export type ContentType = z.infer<typeof ContentType>;

export const Compression = z.enum(['NONE', 'GZIP', 'ZSTD', 'BZIP2']).meta({ id: 'Compression' });
export type Compression = z.infer<typeof Compression>;

export const ColumnDelimiter = z
  .enum(['COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE'])
  .meta({ id: 'ColumnDelimiter' });
export type ColumnDelimiter = z.infer<typeof ColumnDelimiter>;
