import { type ColumnMetadata, GetStatementResultCommand } from '@aws-sdk/client-redshift-data';
import type { StatementId } from '../../contract/ids.ts';
import type { QueryValue } from '../../contract/queries.ts';
import type { Queries, QueryRows } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { withExactLongs } from './exact-longs.ts';
import { columnOf, valueOf } from './query-values.ts';
import { RedshiftStatements, StatementState } from './statements.ts';

/** A page of results holds many rows; this many pages are more than any answer needs. */
const mostPages = 1000;

/** Queries through the Data API: a short one is two calls, ExecuteStatement that waits and one page of its result. */
export class RedshiftQueries extends RedshiftStatements implements Queries {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    super(options);
    this.#entrance = new Entrance(options);
  }

  async run(statement: Parameters<Queries['run']>[0]): ReturnType<Queries['run']> {
    const parameters = Object.entries(statement.parameters).map(([name, value]) => ({ name, value }));
    const submitted = await this.#entrance.execute(statement.user, {
      Sql: statement.sql,
      ...(parameters.length > 0 && { Parameters: parameters }),
      ClientToken: statement.token,
      StatementName: statement.name,
      WaitTimeSeconds: statement.seconds,
    });
    if (submitted.outcome !== 'submitted') return submitted;
    const { outcome, statement_id, status } = submitted;
    return { outcome, statement_id, state: StatementState.parse(status ?? 'SUBMITTED') };
  }

  /** By the identity that submitted the statement: the Data API shows its rows to no other. */
  async rows(
    { statement_id: statement, user }: { statement_id: StatementId; user: string },
    most: { rows: number; bytes: number },
  ): Promise<QueryRows> {
    const { client } = this.#entrance.for(user);
    const rows: QueryValue[][] = [];
    let columns: ColumnMetadata[] = [];
    let bytes = 0;
    let token: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const result = await client.send(
        withExactLongs(new GetStatementResultCommand({ Id: statement, NextToken: token })),
      );
      columns = result.ColumnMetadata ?? columns;
      for (const record of result.Records ?? []) {
        const row = record.map((field, at) => valueOf(field, columns[at]?.typeName));
        bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
        const truncated_by = rows.length >= most.rows ? 'rows' : bytes > most.bytes ? 'bytes' : null;
        if (truncated_by) return { columns: columns.map(columnOf), rows, truncated_by };
        rows.push(row);
      }
      token = result.NextToken;
      if (token === undefined || token === '') return { columns: columns.map(columnOf), rows, truncated_by: null };
    }
    throw new Error(`The result of ${statement} has more than ${mostPages} pages`);
  }
}
