import type { LoadRow } from '../../client/browser.ts';

/** Rejected rows that have the same fault. */
export interface Reason {
  code: string;
  /** Empty where it is about the row as a whole. */
  column: string;
  count: number;
  /** What is said of the first of them. */
  example: string;
}

const textOf = (value: string | number | null | undefined): string => String(value ?? '');

const partsOf = (row: LoadRow): { code: string; column: string; message: string } => {
  const [code = '', message = ''] = textOf(row._error).split(/: (.*)/s);
  return { code, column: textOf(row._column), message };
};

/** Whether a row was rejected for this. */
export const isFor = (reason: Pick<Reason, 'code' | 'column'>, row: LoadRow): boolean => {
  const { code, column } = partsOf(row);
  return code === reason.code && column === reason.column;
};

/** Why rows were rejected, the most frequent first. */
export function reasonsOf(rows: readonly LoadRow[]): Reason[] {
  const found = new Map<string, Reason>();
  for (const row of rows) {
    const { code, column, message } = partsOf(row);
    const key = JSON.stringify([code, column]);
    const known = found.get(key);
    found.set(key, known ? { ...known, count: known.count + 1 } : { code, column, count: 1, example: message });
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

/** What is said of a row before its values. */
const told: readonly string[] = ['_line', '_column', '_error', '_file'];

/** Columns of rejected rows: what is wrong first, then the values as they were sent. */
export function columnsOf(rows: readonly LoadRow[]): { name: string }[] {
  const names = Object.keys(rows[0] ?? {});
  const several = new Set(rows.map((row) => row._file)).size > 1;
  const first = told.filter((name) => names.includes(name) && (several || name !== '_file'));
  return [...first, ...names.filter((name) => !told.includes(name))].map((name) => ({ name }));
}
