import type { Edit } from '../sql/edits.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { QueryTree } from './query-tree.ts';
import type { Relation } from './relation.ts';

/** Where the name that begins at `start` ends. */
export function nameEnd(sql: string, start: number): number {
  const name =
    /(?:"(?:[^"]|"")*"|[\p{L}_#][\p{L}\p{N}_$#]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_#][\p{L}\p{N}_$#]*))*|'(?:[^']|'')*'/uy;
  name.lastIndex = start;
  const found = name.exec(sql)?.[0];
  if (found === undefined) throw new SqlError('XX000', 'cannot tell which relation is meant');
  return start + found.length;
}

/** `schema.table.column` loses its schema where the table was replaced. */
export function unqualified(sql: string, { columns }: QueryTree, resolved: readonly Relation[]): Edit[] {
  return columns.flatMap(({ names: [schema = '', table = ''], start }) => {
    const known = resolved.some(
      (entry) =>
        entry.schema.toLowerCase() === schema.toLowerCase() && entry.name.toLowerCase() === table.toLowerCase(),
    );
    if (!known || start < 0) return [];
    const name = /(?:"(?:[^"]|"")*"|[\p{L}_#][\p{L}\p{N}_$#]*)\s*\.\s*/uy;
    name.lastIndex = start;
    const found = name.exec(sql)?.[0] ?? '';
    return [{ start, end: start + found.length, text: '' }];
  });
}
