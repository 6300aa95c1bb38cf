import type { ColumnDelimiter, Compression, ContentType } from '../../contract/formats.ts';
import { formatOf } from '../../client/upload/format-of.ts';
import { magicOf } from '../../core/load/magic.ts';
import { DELIMITERS } from '../../core/sql/delimiters.ts';

/** What a file is said to be. */
export interface Format {
  content_type: ContentType;
  compression: Compression;
}

/** By the first bytes, which don't lie, where they tell anything; else by the name; else CSV. @param head as it lies there, compressed or not */
export function guessFormat(name: string, head: Uint8Array): Format {
  const magic = magicOf(head);
  if (magic === 'PARQUET') return { content_type: 'PARQUET', compression: 'NONE' };
  const named = formatOf(name);
  const text = magic === undefined && /^\s*[[{]/.test(new TextDecoder().decode(head.subarray(0, 256)));
  const content = named.content_type === 'PARQUET' ? undefined : named.content_type;
  return { content_type: content ?? (text ? 'JSON' : 'CSV'), compression: magic ?? 'NONE' };
}

const names: readonly ColumnDelimiter[] = ['COMMA', 'SEMICOLON', 'TAB', 'PIPE', 'CARET', 'BACKQUOTE'];

/** The one that cuts the header line into most names. @param text the beginning of the file, plain */
export function guessDelimiter(text: string): ColumnDelimiter {
  const [line = ''] = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1);
  const parts = (name: ColumnDelimiter) => line.split(DELIMITERS[name]).length;
  return names.reduce((best, name) => (parts(name) > parts(best) ? name : best), 'COMMA');
}
