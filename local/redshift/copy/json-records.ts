import { isUtf8 } from 'node:buffer';
import { JsonObject } from './json-object.ts';
import { CODES, MAX_RECORD_BYTES, type RecordReader, type Rejected } from './rejected.ts';
import { findBadUtf8, replaceBadUtf8, utf8Reason } from './utf8.ts';

export interface JsonOptions {
  /** Names of the columns, in lower case. */
  readonly columns: readonly string[];
  readonly ignoreCase: boolean;
  /** The whole object is the value of the one column. */
  readonly noShred: boolean;
  readonly replacement: string | undefined;
  readonly maxErrors: number;
}

const LF = 0x0a;
const OPEN = 0x7b;
const NOT_AN_OBJECT = 'Invalid JSONPath format: Member is not an object.';
const MAX_RAW_BYTES = 4096;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

const quoted = (text: string): string => `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`;

/**
 * Turns JSON objects, one after another, into CSV: the line on which the object ends, then its values in the order of the
 * columns. All values are quoted; nothing stands for NULL. Numbers keep their text, nested values are their JSON.
 */
export class JsonRecords implements RecordReader {
  readonly rejected: Rejected[] = [];
  private readonly options: JsonOptions;
  private readonly object: JsonObject;
  private pending: Buffer = Buffer.alloc(0);
  /** Line feeds before `pending`. */
  private lines = 0;
  private discards = false;

  constructor(options: JsonOptions) {
    this.options = options;
    this.object = new JsonObject(options.columns, options.ignoreCase);
  }

  get isFull(): boolean {
    return this.rejected.length > this.options.maxErrors;
  }

  push(chunk: Buffer): Buffer {
    return this.read(chunk, false);
  }

  end(): Buffer {
    return this.read(Buffer.alloc(0), true);
  }

  private read(chunk: Buffer, isLast: boolean): Buffer {
    const data = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const rows: string[] = [];
    let at = this.discards ? this.nextLine(data, 0) : 0;
    for (;;) {
      while (isSpace(data[at])) {
        if (data[at] === LF) this.lines += 1;
        at += 1;
      }
      if (at >= data.length || this.isFull) break;
      const next = this.one(data, at, isLast, rows);
      if (next === undefined) break;
      at = next;
    }
    this.pending = data.subarray(Math.min(at, data.length));
    if (this.pending.length > MAX_RECORD_BYTES && !this.isFull) this.giveUp();
    return Buffer.from(rows.join(''));
  }

  /** Reads the object at `at` and returns where it ends; undefined: it may go on in bytes that have not come yet. */
  private one(data: Buffer, at: number, isLast: boolean, rows: string[]): number | undefined {
    if (data[at] !== OPEN) return this.reject(data, at, isLast, data[at] === 0x5b ? NOT_AN_OBJECT : 'Invalid value.');
    const found = this.object.read(data, at);
    if (found.kind === 'unfinished') return isLast ? this.reject(data, at, true, 'Invalid value.') : undefined;
    if (found.kind === 'invalid') return this.reject(data, at, isLast, 'Invalid value.', found.at);
    if (found.end - at > MAX_RECORD_BYTES) return this.reject(data, at, isLast, TOO_LARGE, found.end);
    this.countLines(data, at, found.end);
    const record = data.subarray(at, found.end);
    if (!isUtf8(record)) return this.unreadable(record, found.end, rows);
    this.write(data, at, found.end, rows);
    return found.end;
  }

  private write(data: Buffer, at: number, end: number, rows: string[]): void {
    const values = this.options.noShred ? [data.toString('utf8', at, end)] : this.object.values(data);
    const fields = values.map((value) => (value === undefined ? '' : quoted(value)));
    rows.push(`${this.lines + 1},${fields.join(',')}\n`);
  }

  private unreadable(record: Buffer, end: number, rows: string[]): number {
    const { replacement } = this.options;
    const bad = findBadUtf8(record);
    if (replacement === undefined && bad !== undefined) {
      this.note(record, CODES.utf8, utf8Reason(record, bad));
      return end;
    }
    const repaired = replaceBadUtf8(record, replacement ?? '?');
    this.object.read(repaired, 0);
    this.write(repaired, 0, repaired.length, rows);
    return end;
  }

  private countLines(data: Buffer, from: number, to: number): void {
    for (let at = data.indexOf(LF, from); at >= 0 && at < to; at = data.indexOf(LF, at + 1)) this.lines += 1;
  }

  /** Where one object is broken, the next can only be found on another line. */
  private reject(data: Buffer, at: number, isLast: boolean, reason: string, from = at): number | undefined {
    const end = data.indexOf(LF, from);
    if (end < 0 && !isLast && data.length - at <= MAX_RECORD_BYTES) return undefined;
    const to = end < 0 ? data.length : end;
    this.countLines(data, at, to);
    this.note(data.subarray(at, to), CODES.line, reason);
    this.discards = end < 0 && !isLast;
    return to;
  }

  private giveUp(): void {
    this.note(this.pending, CODES.line, TOO_LARGE);
    this.countLines(this.pending, 0, this.pending.length);
    this.pending = Buffer.alloc(0);
    this.discards = true;
  }

  private nextLine(data: Buffer, from: number): number {
    const end = data.indexOf(LF, from);
    this.discards = end < 0;
    return end < 0 ? data.length : end;
  }

  private note(record: Buffer, code: number, reason: string): void {
    const rawLine = record.subarray(0, MAX_RAW_BYTES).toString();
    this.rejected.push({ line: this.lines + 1, column: undefined, position: 0, code, reason, rawLine, rawValue: '' });
  }
}

const TOO_LARGE = `JSON object is larger than the limit of ${MAX_RECORD_BYTES} bytes`;
