import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../engine/clock.ts';
import type { Database } from '../engine/database.ts';
import { LOAD_ERRORS, LOAD_ERROR_VIEWS } from '../security/load-error-views.ts';
import type { WarehouseSession } from '../security/warehouse-session.ts';
import { sqlString } from '../sql/rewriter.ts';
import type { CopyIdentity } from '../statements/execute.ts';
import type { Rejected } from './rejected.ts';
import type { Target } from './target.ts';

/** Rejected rows of one file. */
export interface FileErrors {
  /** s3://bucket/key */
  readonly url: string;
  readonly rejected: readonly Rejected[];
}

export interface LoadErrors {
  /** Keeps the errors of one COPY, whatever becomes of its transaction. */
  record(
    session: WarehouseSession,
    identity: CopyIdentity,
    target: Target,
    files: readonly FileErrors[],
  ): Promise<void>;
}

const COLUMNS: Readonly<Record<string, string>> = {
  user_name: 'VARCHAR',
  user_id: 'INTEGER',
  query_id: 'BIGINT',
  transaction_id: 'BIGINT',
  session_id: 'INTEGER',
  database_name: 'VARCHAR',
  table_id: 'INTEGER',
  start_time: 'TIMESTAMP',
  file_name: 'VARCHAR',
  line_number: 'BIGINT',
  column_name: 'VARCHAR',
  column_type: 'VARCHAR',
  column_length: 'VARCHAR',
  position: 'INTEGER',
  error_code: 'INTEGER',
  error_message: 'VARCHAR',
  raw_line: 'VARCHAR',
  raw_field_value: 'VARCHAR',
};

/** COPYs whose errors are remembered. */
const MAX_LOADS = 1000;
const MAX_RAW = 1024;
const FIRST_USER = 100;
const USERS = 1_000_000;

/** Users have no numbers here: one that follows from the name. The administrator is Redshift's first, 100. */
function userId(user: string | undefined): number {
  if (user === undefined) return FIRST_USER;
  let sum = 0;
  for (const character of user) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % USERS;
  return FIRST_USER + 1 + sum;
}

function declaredLength({ type, text }: Target['columns'][number]): string {
  if (type.name === 'varchar') return String(text.length);
  return type.name === 'numeric' ? `${type.precision}, ${type.scale}` : '';
}

/**
 * Load errors are files of JSON lines that views read: they are there at once in every transaction, and no rollback takes
 * them away. They go with the process.
 */
export async function openLoadErrors(database: Database, clock: Clock): Promise<LoadErrors> {
  const folder = join(database.workDirectory, 'load-errors');
  await mkdir(folder);
  // The reader wants a file to begin with.
  await writeFile(join(folder, 'none.json'), '');
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type}'`);
  const source = `read_json(${sqlString(join(folder, '*.json'))}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  const connection = await database.connect();
  try {
    await connection.run(`CREATE OR REPLACE VIEW main.${LOAD_ERRORS} AS SELECT * FROM ${source}`);
    for (const [name, list] of Object.entries(LOAD_ERROR_VIEWS))
      await connection.run(`CREATE OR REPLACE VIEW main.${name} AS SELECT ${list} FROM main.${LOAD_ERRORS}`);
  } finally {
    connection.closeSync();
  }
  const kept: string[] = [];

  return {
    async record({ currentUser, warehouse }, { queryId, pid, database: name }, target, files) {
      const start = clock.now().toISOString().replace('T', ' ').replace('Z', '');
      const lines = files.flatMap(({ url, rejected }) =>
        rejected.map(({ line, column: index, position, code, reason, rawLine, rawValue }) => {
          const column = index === undefined ? undefined : target.columns[index];
          return JSON.stringify({
            user_name: currentUser ?? warehouse.administrator,
            user_id: userId(currentUser),
            query_id: queryId,
            transaction_id: queryId,
            session_id: pid,
            database_name: name,
            table_id: target.id,
            start_time: start,
            file_name: url,
            line_number: line,
            column_name: column?.name ?? '',
            column_type:
              column === undefined ? '' : column.type.name === 'varchar' ? column.text.type : column.type.name,
            column_length: column === undefined ? '' : declaredLength(column),
            position,
            error_code: code,
            error_message: reason,
            raw_line: rawLine.slice(0, MAX_RAW),
            raw_field_value: rawValue.slice(0, MAX_RAW),
          });
        }),
      );
      if (lines.length === 0) return;
      const file = join(folder, `${queryId}.json`);
      await writeFile(file, `${lines.join('\n')}\n`);
      kept.push(file);
      const oldest = kept.length > MAX_LOADS ? kept.shift() : undefined;
      if (oldest !== undefined) await rm(oldest, { force: true });
    },
  };
}
