import type { LoadOperation } from '../../contract/load.ts';
import { quotedIdentifier } from '../sql/literal.ts';
import { joinKnown, targetMatches } from './checks.ts';
import { statement } from './statement.ts';
import type { LoadTables } from './tables.ts';
import type { Value } from './values.ts';

const names = (values: readonly Value[]): string => values.map(({ fill }) => quotedIdentifier(fill.target)).join(', ');

const selected = (values: readonly Value[], table: string): string =>
  values.map(({ typed }) => `${table}.${typed}`).join(', ');

const sets = (values: readonly Value[], table: string): string =>
  values
    .filter(({ fill }) => !fill.key)
    .map(({ fill, typed }) => `${quotedIdentifier(fill.target)} = ${table}.${typed}`)
    .join(', ');

/** Puts the good rows into the table. The statement that counts is the last: whatever fails before, nothing was applied. */
export function applyStatements(operation: LoadOperation, values: readonly Value[], tables: LoadTables): string[] {
  const { target, staged } = tables;
  const matches = targetMatches(values, tables, staged);
  const insert = `INSERT INTO ${target} (${names(values)}) SELECT ${selected(values, staged)} FROM ${staged}`;
  switch (operation) {
    case 'insert':
      return [statement('apply', `${insert} WHERE ${staged}.why IS NULL`)];
    case 'update':
      return [
        statement(
          'apply',
          `UPDATE ${target} SET ${sets(values, staged)} FROM ${staged} WHERE ${matches} AND ${staged}.why IS NULL`,
        ),
      ];
    case 'delete':
      return [statement('apply', `DELETE FROM ${target} USING ${staged} WHERE ${matches} AND ${staged}.why IS NULL`)];
    case 'upsert': {
      // With nothing to set, MERGE has no UPDATE to do.
      if (values.every(({ fill }) => fill.key)) {
        const created = `${insert} ${joinKnown(values, tables)} WHERE ${staged}.why IS NULL AND ${tables.known}.k1 IS NULL`;
        return [statement('apply', created)];
      }
      return mergeStatements(values, tables);
    }
  }
}

/** MERGE takes a table as its source, no query, and no alias for its target: what is rejected goes before, it is in the files. */
function mergeStatements(values: readonly Value[], tables: LoadTables): string[] {
  const { target, staged } = tables;
  const source = `DELETE FROM ${staged} WHERE ${staged}.why IS NOT NULL`;
  const merge =
    `MERGE INTO ${target} USING ${staged} ON ${targetMatches(values, tables, staged)}` +
    ` WHEN MATCHED THEN UPDATE SET ${sets(values, staged)}` +
    ` WHEN NOT MATCHED THEN INSERT (${names(values)}) VALUES (${selected(values, staged)})`;
  return [statement('source', source), statement('apply', merge)];
}
