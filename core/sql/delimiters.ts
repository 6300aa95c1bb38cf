import type { ColumnDelimiter } from '../../contract/formats.ts';
import { stringLiteral } from './literal.ts';

export const DELIMITERS: Readonly<Record<ColumnDelimiter, string>> = {
  COMMA: ',',
  PIPE: '|',
  TAB: '\t',
  SEMICOLON: ';',
  CARET: '^',
  BACKQUOTE: '`',
};

/** As UNLOAD and COPY take it. */
export const delimiterLiteral = (delimiter: ColumnDelimiter): string =>
  delimiter === 'TAB' ? String.raw`'\t'` : stringLiteral(DELIMITERS[delimiter]);
