import type { Field } from './field.ts';

const SPECIAL = /[",\r\n]/;

function cell(field: Field): string {
  if ('isNull' in field) return '';
  const text = String(Object.values(field)[0]);
  // Only quotes tell the empty text from NULL.
  return text === '' || SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as RFC 4180: CRLF after each, no header, nothing for NULL. */
export const csvOf = (rows: readonly (readonly Field[])[]): string =>
  rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
