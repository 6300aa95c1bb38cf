import { isUtf8 } from 'node:buffer';
import type { CopyFormat } from './copy-command.ts';
import { splitFields } from './split-fields.ts';
import { CODES, MAX_RECORD_BYTES, type RecordReader, type Rejected } from './rejected.ts';
import { findBadUtf8, replaceBadUtf8, utf8Reason } from './utf8.ts';

export type Delimited = Extract<CopyFormat, { kind: 'CSV' | 'TEXT' }>;

export interface DelimitedOptions {
  readonly format: Delimited;
  readonly columns: number;
  readonly maxErrors: number;
}

const LF = 0x0a;
const SPACE = 0x20;
const CR = 0x0d;

/** Stands for the one empty field of an empty line, which the engine's reader would skip, and for each field that FILLRECORD adds. */
export const NULL_MARK = '\u0001\u0002';

interface Scanned {
  /** Where the record's text ends, and the next record begins. */
  readonly end: number;
  readonly next: number;
  readonly fields: number;
  readonly problem: Problem | undefined;
}

interface Problem {
  /** Index of the field. */
  readonly field: number;
  readonly reason: string;
}

/** Finds the records of CSV or delimited text one by one, as Redshift tells them apart, and takes out what it rejects. */
export class DelimitedRecords implements RecordReader {
  readonly rejected: Rejected[] = [];
  /** Lines that are no row of the result: headers, rejected and empty ones; in order. */
  readonly skipped: number[] = [];
  private readonly options: DelimitedOptions;
  private readonly delimiter: number;
  private readonly quote: number;
  private pending: Buffer = Buffer.alloc(0);
  private line = 0;
  /** The rest of a record that was too large is passed over. */
  private discards = false;

  constructor(options: DelimitedOptions) {
    this.options = options;
    this.delimiter = options.format.delimiter.charCodeAt(0);
    this.quote = options.format.quote?.charCodeAt(0) ?? -1;
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
    const pieces: Buffer[] = [];
    let at = this.discards ? this.afterLine(data) : 0;
    while (at < data.length && !this.isFull) {
      const record = this.scan(data, at, isLast);
      if (record === undefined) break;
      this.line += 1;
      const row = this.accept(data.subarray(at, record.end), record);
      if (row !== undefined) pieces.push(row, NEWLINE);
      at = record.next;
    }
    this.pending = data.subarray(Math.min(at, data.length));
    if (this.pending.length > MAX_RECORD_BYTES) this.giveUp();
    return Buffer.concat(pieces);
  }

  private afterLine(data: Buffer): number {
    const end = data.indexOf(LF);
    this.discards = end < 0;
    return end < 0 ? data.length : end + 1;
  }

  private giveUp(): void {
    this.line += 1;
    this.reject(this.pending, 0, CODES.line, `Input row is larger than the limit of ${MAX_RECORD_BYTES} bytes`);
    this.pending = Buffer.alloc(0);
    this.discards = true;
  }

  /** Undefined: the record may go on in bytes that have not come yet. */
  private scan(data: Buffer, from: number, isLast: boolean): Scanned | undefined {
    let fields = 1;
    let problem: Problem | undefined;
    let starts = true;
    let at = from;
    while (at < data.length) {
      const byte = data[at];
      if (starts && byte === this.quote) {
        const close = this.closing(data, at + 1, isLast);
        if (close === undefined) return undefined;
        if (close < 0) return { end: data.length, next: data.length, fields, problem: problem ?? unclosed(fields - 1) };
        at = this.pastBlanks(data, close + 1);
        if (at === data.length && !isLast) return undefined;
        const after = data[at];
        if (after !== undefined && after !== this.delimiter && after !== LF && after !== CR)
          problem ??= { field: fields - 1, reason: 'Invalid quote formatting for CSV' };
        starts = false;
      } else if (starts && byte === SPACE && this.quote >= 0 && byte !== this.delimiter) {
        const next = this.pastBlanks(data, at);
        if (next === data.length && !isLast) return undefined;
        starts = data[next] === this.quote;
        at = next;
      } else if (byte === this.delimiter) {
        fields += 1;
        starts = true;
        at += 1;
      } else if (byte === LF) {
        return { end: at, next: at + 1, fields, problem };
      } else if (byte === CR) {
        if (at + 1 === data.length && !isLast) return undefined;
        return { end: at, next: data[at + 1] === LF ? at + 2 : at + 1, fields, problem };
      } else {
        starts = false;
        at += 1;
      }
    }
    return isLast ? { end: data.length, next: data.length, fields, problem } : undefined;
  }

  /** Blanks around quotes are not part of a value: so the engine's reader has it. */
  private pastBlanks(data: Buffer, from: number): number {
    let at = from;
    while (data[at] === SPACE && SPACE !== this.delimiter) at += 1;
    return at;
  }

  /** Where the quote that closes a value is; -1 when there is none, undefined when that cannot be known yet. */
  private closing(data: Buffer, from: number, isLast: boolean): number | undefined {
    for (let at = data.indexOf(this.quote, from); at >= 0; at = data.indexOf(this.quote, at + 2)) {
      if (at + 1 === data.length && !isLast) return undefined;
      if (data[at + 1] !== this.quote) return at;
    }
    return isLast ? -1 : undefined;
  }

  /** What the engine gets of a record; undefined: nothing. */
  private accept(record: Buffer, { fields, problem }: Scanned): Buffer | undefined {
    const { format, columns } = this.options;
    const isBlank = record.length === 0;
    if (this.line <= format.ignoreHeader || (isBlank && format.ignoreBlankLines)) {
      this.skipped.push(this.line);
      return undefined;
    }
    if (problem !== undefined)
      return this.reject(record, Math.min(problem.field, columns - 1), CODES.delimiter, problem.reason);
    const missing = columns - fields;
    if (missing > 0 && !format.fillRecord)
      return this.reject(record, Math.min(fields, columns - 1), CODES.delimiter, 'Delimiter not found');
    if (missing < 0) return this.reject(record, columns - 1, CODES.extraColumns, 'Extra column(s) found');
    const text = this.readable(record);
    if (text === undefined) return undefined;
    if (missing > 0) return Buffer.concat([text, Buffer.from(`${format.delimiter}${NULL_MARK}`.repeat(missing))]);
    return isBlank ? Buffer.from(NULL_MARK) : text;
  }

  private readable(record: Buffer): Buffer | undefined {
    const { replacement, nullAs } = this.options.format.values;
    const nul = record.indexOf(0);
    if (nul >= 0 && nullAs !== '\0') {
      const reason = 'Missing newline: Unexpected character 0x0 found';
      return this.reject(record, this.columnAt(record, nul), CODES.line, reason);
    }
    if (isUtf8(record)) return record;
    if (replacement !== undefined) return replaceBadUtf8(record, replacement);
    const bad = findBadUtf8(record);
    if (bad === undefined) return record;
    return this.reject(record, this.columnAt(record, bad.at), CODES.utf8, utf8Reason(record, bad));
  }

  private columnAt(record: Buffer, at: number): number {
    return splitFields(record.subarray(0, at).toString('latin1'), this.options.format).length - 1;
  }

  private reject(record: Buffer, column: number, code: number, reason: string): Buffer | undefined {
    const rawLine = record.subarray(0, MAX_RAW_BYTES).toString();
    const rawValue = splitFields(rawLine, this.options.format)[column] ?? '';
    this.skipped.push(this.line);
    this.rejected.push({ line: this.line, column, position: 0, code, reason, rawLine, rawValue });
    return undefined;
  }
}

const unclosed = (field: number): Problem => ({ field, reason: 'Delimited value missing end quote' });

const NEWLINE = Buffer.from('\n');
const MAX_RAW_BYTES = 4096;
