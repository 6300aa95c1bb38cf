export type Found =
  | { readonly kind: 'object'; readonly end: number }
  /** The bytes end within the object. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'invalid'; readonly at: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_DEPTH = 1000;
const UNFINISHED = -1;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS = new Set(['true', 'false', 'null']);

/** Reads a JSON object and remembers where the values of certain members are. Of a repeated member the last counts. */
export class JsonObject {
  private readonly names: ReadonlyMap<string, number>;
  private readonly ignoreCase: boolean;
  private readonly starts: number[];
  private readonly ends: number[];
  private problem = 0;

  constructor(names: readonly string[], ignoreCase: boolean) {
    this.names = new Map(names.map((name, index) => [name, index]));
    this.ignoreCase = ignoreCase;
    this.starts = names.map(() => -1);
    this.ends = names.map(() => -1);
  }

  /** @param at where the opening brace is */
  read(data: Buffer, at: number): Found {
    this.starts.fill(-1);
    const end = this.members(data, at, 0);
    if (end >= 0) return { kind: 'object', end };
    return end === UNFINISHED ? { kind: 'unfinished' } : { kind: 'invalid', at: this.problem };
  }

  /** Values of the object that was read last, undefined where there is none or null. */
  values(data: Buffer): (string | undefined)[] {
    return this.starts.map((start, index) => {
      if (start < 0) return undefined;
      const end = this.ends[index] ?? start;
      if (data[start] !== QUOTE) {
        const text = data.toString('utf8', start, end);
        return text === 'null' ? undefined : text;
      }
      return text(data, start, end);
    });
  }

  private invalid(at: number): number {
    this.problem = at;
    return -2;
  }

  /** Each reader returns where its value ends, -1 when the bytes end before, -2 when it is invalid. */
  private members(data: Buffer, open: number, depth: number): number {
    let at = skipSpace(data, open + 1);
    if (data[at] === 0x7d) return at + 1;
    for (;;) {
      if (at >= data.length) return UNFINISHED;
      if (data[at] !== QUOTE) return this.invalid(at);
      const keyEnd = this.string(data, at);
      if (keyEnd < 0) return keyEnd;
      const column = depth === 0 ? this.columnOf(data, at, keyEnd) : undefined;
      at = skipSpace(data, keyEnd);
      if (at >= data.length) return UNFINISHED;
      if (data[at] !== 0x3a) return this.invalid(at);
      at = skipSpace(data, at + 1);
      const end = this.value(data, at, depth + 1);
      if (end < 0) return end;
      if (column !== undefined) {
        this.starts[column] = at;
        this.ends[column] = end;
      }
      at = skipSpace(data, end);
      if (at >= data.length) return UNFINISHED;
      if (data[at] === 0x7d) return at + 1;
      if (data[at] !== 0x2c) return this.invalid(at);
      at = skipSpace(data, at + 1);
    }
  }

  private columnOf(data: Buffer, start: number, end: number): number | undefined {
    const name = text(data, start, end);
    return this.names.get(this.ignoreCase ? name.toLowerCase() : name);
  }

  private value(data: Buffer, at: number, depth: number): number {
    if (depth > MAX_DEPTH) return this.invalid(at);
    switch (data[at]) {
      case undefined:
        return UNFINISHED;
      case QUOTE:
        return this.string(data, at);
      case 0x7b:
        return this.members(data, at, depth);
      case 0x5b:
        return this.elements(data, at, depth);
      default:
        return this.word(data, at);
    }
  }

  private elements(data: Buffer, open: number, depth: number): number {
    let at = skipSpace(data, open + 1);
    if (data[at] === 0x5d) return at + 1;
    for (;;) {
      const end = this.value(data, at, depth + 1);
      if (end < 0) return end;
      at = skipSpace(data, end);
      if (at >= data.length) return UNFINISHED;
      if (data[at] === 0x5d) return at + 1;
      if (data[at] !== 0x2c) return this.invalid(at);
      at = skipSpace(data, at + 1);
    }
  }

  private string(data: Buffer, open: number): number {
    let escapes = false;
    for (let at = open + 1; at < data.length; at += 1) {
      const byte = data[at] ?? 0;
      if (byte === QUOTE) return !escapes || isWellFormed(data, open, at + 1) ? at + 1 : this.invalid(open);
      if (byte === BACKSLASH) {
        escapes = true;
        at += 1;
      } else if (byte < 0x20) return this.invalid(at);
    }
    return UNFINISHED;
  }

  /** Numbers, true, false and null. */
  private word(data: Buffer, from: number): number {
    let at = from;
    while (at < data.length && isWordByte(data[at] ?? 0)) at += 1;
    if (at === data.length) return UNFINISHED;
    const word = data.toString('latin1', from, at);
    return NUMBER.test(word) || WORDS.has(word) ? at : this.invalid(from);
  }
}

const isWordByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x2b ||
  byte === 0x45;

function skipSpace(data: Buffer, from: number): number {
  let at = from;
  for (let byte = data[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = data[at]) at += 1;
  return at;
}

function hasEscape(data: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (data[at] === BACKSLASH) return true;
  return false;
}

/** Whether the escapes of a string are ones that JSON has. */
const isWellFormed = (data: Buffer, start: number, end: number): boolean =>
  !/\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(data.toString('latin1', start, end).replaceAll('\\\\', ''));

const text = (data: Buffer, start: number, end: number): string =>
  hasEscape(data, start, end)
    ? String(JSON.parse(data.toString('utf8', start, end)))
    : data.toString('utf8', start + 1, end - 1);
