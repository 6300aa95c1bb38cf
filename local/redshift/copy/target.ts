import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';
import { lengthIn } from '../engine/text-lengths.ts';
import { readCatalog, TEMPORARY, type CatalogEntry } from '../security/catalog.ts';
import { relationSql } from '../security/relation.ts';
import { isSystemRelation } from '../security/system-relations.ts';
import { guardOf, type WarehouseSession } from '../security/warehouse-session.ts';
import { permissionDenied, SqlError } from '../sql/sql-error.ts';
import { redshiftType, type RedshiftType } from '../values/redshift-type.ts';
import type { CopyCommand } from './copy-command.ts';

export interface TargetColumn {
  readonly name: string;
  readonly duckdb: DuckDBType;
  readonly type: RedshiftType;
  /** As it was declared; `length` in octets, 65,535 for text that was declared nowhere. */
  readonly text: { readonly type: 'varchar' | 'char'; readonly length: number };
  readonly notNull: boolean;
  readonly isIdentity: boolean;
}

/** The table of a COPY. */
export interface Target {
  readonly name: string;
  /** As SQL. */
  readonly relation: string;
  /** The engine's number of it. */
  readonly id: number;
  /** The columns that the files fill, in their order. */
  readonly columns: readonly TargetColumn[];
  /** Whether some other column counts rows. */
  readonly counts: boolean;
}

const MAX_VARCHAR = 65_535;

async function entryOf(session: WarehouseSession, { table, position }: CopyCommand): Promise<CatalogEntry> {
  const guarded = await guardOf(session);
  if (guarded !== undefined) {
    const entry = guarded.guard.relation(table, position);
    guarded.guard.require('INSERT', entry);
    return entry;
  }
  if (isSystemRelation(table.schema, table.name)) throw permissionDenied(table.name);
  const catalog = await readCatalog(session.connection);
  const entry = catalog.find(table.schema, table.name, [TEMPORARY, ...session.searchPath]);
  if (entry !== undefined) return entry;
  if (table.schema !== '' && table.schema !== TEMPORARY && !catalog.hasSchema(table.schema))
    throw new SqlError('3F000', `schema "${table.schema}" does not exist`, position);
  throw new SqlError('42P01', `relation "${table.name}" does not exist`, position);
}

async function columnsOf(
  connection: DuckDBConnection,
  { kind, schema, name }: CatalogEntry,
): Promise<{ readonly id: number; readonly columns: readonly TargetColumn[] }> {
  const known = await connection.runAndReadAll(
    `SELECT column_name, is_nullable, column_default, "comment", table_oid FROM duckdb_columns()
     WHERE database_name = CASE WHEN $3 THEN 'temp' ELSE current_database() END
       AND ($3 OR lower(schema_name) = lower($1)) AND lower(table_name) = lower($2) ORDER BY column_index`,
    [schema, name, kind === 'temporary'],
  );
  const types = (await connection.run(`SELECT * FROM ${relationSql({ schema, name })} LIMIT 0`)).columnTypes();
  const rows = known.getRows();
  const columns = rows.map(([column, nullable, fallback, comment], index): TargetColumn => {
    const duckdb = types[index];
    if (duckdb === undefined) throw new Error(`${name} has no column ${index + 1}`);
    return {
      name: String(column).toLowerCase(),
      duckdb,
      type: redshiftType(duckdb),
      text: lengthIn(String(comment)) ?? { type: 'varchar', length: MAX_VARCHAR },
      notNull: nullable === false,
      isIdentity: String(fallback).includes('rs_identity_'),
    };
  });
  return { id: Number(rows[0]?.[4] ?? 0), columns };
}

function chosen(command: CopyCommand, table: string, all: readonly TargetColumn[]): readonly TargetColumn[] {
  const { columns: named, explicitIds } = command;
  const some =
    named?.map((name) => {
      const column = all.find((candidate) => candidate.name === name);
      if (column !== undefined) return column;
      throw new SqlError('42703', `column "${name}" of relation "${table}" does not exist`);
    }) ?? all.filter(({ isIdentity }) => explicitIds || !isIdentity);
  const listed = some.find(({ isIdentity }) => isIdentity);
  if (listed !== undefined && !explicitIds)
    throw new SqlError('0A000', `cannot set an identity column to a value: ${listed.name} needs EXPLICIT_IDS`);
  if (explicitIds && listed === undefined)
    throw new SqlError('0A000', 'EXPLICIT_IDS can only be specified when an identity column is loaded');
  return some;
}

/** Looks up the table and what is to be loaded of it. Rejects with SqlError where the user may not insert. */
export async function findTarget(session: WarehouseSession, command: CopyCommand): Promise<Target> {
  const entry = await entryOf(session, command);
  if (entry.kind === 'view') throw new SqlError('42809', `cannot copy to a view: ${entry.name}`, command.position);
  const { id, columns: all } = await columnsOf(session.connection, entry);
  const columns = chosen(command, entry.name, all);
  const rest = all.filter((column) => !columns.includes(column));
  return {
    name: entry.name,
    relation: relationSql(entry),
    id,
    columns,
    counts: rest.some(({ isIdentity }) => isIdentity),
  };
}
