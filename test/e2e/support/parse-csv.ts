/** Records of a CSV text with quotes, as lists of fields: a reader of its own, so that it does not share a fault with what wrote it. */
export function parseCsv(text: string, delimiter = ','): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 2) {
        const close = text.indexOf('"', at);
        if (close < 0) throw new Error(`A quote is not closed: ${text.slice(-200)}`);
        field += text.slice(at, close);
        at = close;
        if (text[at + 1] !== '"') break;
        field += '"';
      }
      at += 1;
    } else {
      const start = at;
      while (at < text.length && text[at] !== '\n' && !text.startsWith(delimiter, at)) at += 1;
      field = text.slice(start, at);
    }
    record.push(field);
    if (at < text.length && text[at] !== '\n') {
      if (!text.startsWith(delimiter, at)) throw new Error(`No delimiter behind a quote: ${text.slice(at, at + 200)}`);
      at += delimiter.length;
      if (at < text.length && text[at] !== '\n') continue;
      record.push('');
    }
    at += 1;
    records.push(record);
    record = [];
  }
  return records;
}
