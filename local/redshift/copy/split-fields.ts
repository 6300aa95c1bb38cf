import type { Delimited } from './delimited-records.ts';

/** The fields of one record, quotes resolved as far as they close. */
export function splitFields(record: string, { delimiter, quote }: Pick<Delimited, 'delimiter' | 'quote'>): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    let value = '';
    if (quote !== undefined && record[at] === quote) {
      at += 1;
      for (;;) {
        const close = record.indexOf(quote, at);
        value += record.slice(at, close < 0 ? record.length : close);
        at = close < 0 ? record.length : close + 1;
        if (close < 0 || record[at] !== quote) break;
        value += quote;
        at += 1;
      }
    }
    const next = record.indexOf(delimiter, at);
    const end = next < 0 ? record.length : next;
    fields.push(value + record.slice(at, end));
    at = end + 1;
  }
  return fields;
}
