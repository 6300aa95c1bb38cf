/** Tokenizers written apart from the product's, to check that its text has one reading only. Simple on purpose. */

export type Reader = {
  /** A backslash in '...' escapes the next character. */
  readonly escapes: boolean;
  /** Comments inside of block comments count. */
  readonly nests: boolean;
};

export const READERS: readonly Reader[] = [
  { escapes: true, nests: true },
  { escapes: true, nests: false },
  { escapes: false, nests: true },
  { escapes: false, nests: false },
];

/** Where the string that opens at `open` ends (behind its quote); undefined when it does not. */
export function stringEnd(text: string, open: number, escapes: boolean): number | undefined {
  for (let at = open + 1; at < text.length; at += 1) {
    if (escapes && text[at] === '\\') at += 1;
    else if (text[at] === "'" && text[at + 1] === "'") at += 1;
    else if (text[at] === "'") return at + 1;
  }
  return undefined;
}

/** What a reader takes the string from `open` to `end` to hold. */
export function decode(text: string, open: number, end: number, escapes: boolean): string {
  let value = '';
  for (let at = open + 1; at < end - 1; at += 1) {
    if ((escapes && text[at] === '\\') || (text[at] === "'" && text[at + 1] === "'")) at += 1;
    value += text[at] ?? '';
  }
  return value;
}

function commentEnd(text: string, open: number, nests: boolean): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth = nests ? depth + 1 : 1;
      at += 1;
    } else if (text.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** Kinds and places of strings, quoted names, comments and semicolons: all that can hide text from a reader. */
export function landmarks(text: string, reader: Reader): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const start = at;
    let kind: string;
    if (text[at] === "'") {
      kind = 'string';
      at = stringEnd(text, at, reader.escapes) ?? text.length + 1;
    } else if (text[at] === '"') {
      kind = 'name';
      const close = text.indexOf('"', at + 1);
      at = close < 0 ? text.length + 1 : close + 1;
    } else if (text.startsWith('--', at)) {
      kind = 'comment';
      at = text.slice(at).search(/[\r\n]|$/) + at;
    } else if (text.startsWith('/*', at)) {
      kind = 'comment';
      at = commentEnd(text, at, reader.nests);
    } else if (text[at] === ';') {
      kind = 'semicolon';
      at += 1;
    } else {
      at += 1;
      continue;
    }
    found.push(`${kind} ${start}-${at}`);
  }
  return found;
}
