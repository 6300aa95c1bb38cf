import type { TranslatedSql } from './pieces.ts';

/** Puts `text` in the place of the characters from `start` up to, not including, `end`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** SQL after edits, which must not overlap; what was put in stands for the place that it replaced. */
export function applyEdits(original: TranslatedSql, edits: readonly Edit[]): TranslatedSql {
  const sorted = [...edits].sort((a, b) => a.start - b.start);
  const kept: { readonly at: number; readonly from: number; readonly fixed: boolean }[] = [];
  let sql = '';
  let done = 0;
  const keep = (until: number): void => {
    kept.push({ at: sql.length, from: done, fixed: false });
    sql += original.sql.slice(done, until);
  };
  for (const { start, end, text } of sorted) {
    if (start < done) throw new Error('edits of SQL overlap');
    keep(start);
    kept.push({ at: sql.length, from: start, fixed: true });
    sql += text;
    done = end;
  }
  keep(original.sql.length);
  return {
    sql,
    sourceOffset(offset) {
      const part = kept.findLast(({ at }) => at <= offset) ?? { at: 0, from: 0, fixed: false };
      return original.sourceOffset(part.fixed ? part.from : part.from + offset - part.at);
    },
  };
}

/** `before` and `after` around SQL, whose positions stay known. */
export const surround = (before: string, inner: TranslatedSql, after = ''): TranslatedSql => ({
  sql: before + inner.sql + after,
  sourceOffset: (offset) => inner.sourceOffset(Math.min(Math.max(offset - before.length, 0), inner.sql.length)),
});

/** SQL that stands for no text of a user. */
export const withoutSource = (sql: string): TranslatedSql => ({ sql, sourceOffset: () => 0 });
