import type { LiveLines } from './progress/live-lines.ts';
import type { Paint } from './render/paint.ts';

/** How a command speaks: results on standard output, all else on standard error. */
export interface Ui {
  json: boolean;
  /** A result, for people; nothing with --json. */
  out: (line: string) => void;
  /** A result, as one line of JSON that says what it is; nothing without --json. */
  record: (type: 'job' | 'file' | 'log' | 'rejected' | 'dry_run' | 'check' | 'error', record: object) => void;
  /** A line of JSON as it is. */
  row: (row: object) => void;
  /** Prose; nothing with --quiet. */
  say: (line: string) => void;
  /** What is said even with --quiet. */
  warn: (line: string) => void;
  /** What moves. */
  live: LiveLines;
  /** Colours of standard output. */
  paint: Paint;
  /** Colours of standard error. */
  error: Paint;
}
