import type { SubmitOutcome, Warehouse } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { RedshiftStatements } from './statements.ts';

/** Redshift through its Data API: nothing is held while a statement runs. */
export class RedshiftWarehouse extends RedshiftStatements implements Warehouse {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    super(options);
    this.#entrance = new Entrance(options);
  }

  async submit(statement: { sql: string; token: string; name: string; user: string }): Promise<SubmitOutcome> {
    const submitted = await this.#entrance.execute(statement.user, {
      Sql: statement.sql,
      ClientToken: statement.token,
      StatementName: statement.name,
      WithEvent: true,
    });
    if (submitted.outcome !== 'submitted') return submitted;
    return { outcome: 'submitted', statement_id: submitted.statement_id };
  }
}
