import type { DuckDBConnection } from '@duckdb/node-api';
import { declaredLengths, type DeclaredText } from '../sql/declared-lengths.ts';
import type { Token } from '../sql/lexer.ts';
import { sqlName, sqlString } from '../sql/rewriter.ts';

/**
 * Declared lengths live in the comments of columns, `varchar(20)`: these follow a renamed table or column, go with a dropped
 * one, and are part of the transaction. Redshift's own COMMENT is ignored here.
 */
const COMMENT = /^(varchar|char)\((\d+)\)$/;

/** What a column's comment says of its length. */
export function lengthIn(comment: string): Pick<DeclaredText, 'type' | 'length'> | undefined {
  const [, type, length] = COMMENT.exec(comment) ?? [];
  return type === undefined ? undefined : { type: type === 'char' ? 'char' : 'varchar', length: Number(length) };
}

/** Keeps what a CREATE or ALTER TABLE that has just run declares. @param wasThere whether the table was there before */
export async function noteLengths(
  connection: DuckDBConnection,
  tokens: readonly Token[],
  wasThere: boolean,
): Promise<void> {
  const declared = declaredLengths(tokens);
  if (declared === undefined || (declared.mayExist && wasThere)) return;
  const { schema, name } = declared.relation;
  const table = schema === '' ? sqlName(name) : `${sqlName(schema)}.${sqlName(name)}`;
  for (const { column, type, length } of declared.columns) {
    await connection.run(`COMMENT ON COLUMN ${table}.${sqlName(column)} IS ${sqlString(`${type}(${length})`)}`);
  }
}
