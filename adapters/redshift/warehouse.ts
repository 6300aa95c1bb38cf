import type { SubmitOutcome, SubmittedWork, Warehouse } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { RedshiftStatements } from './statements.ts';

/** Redshift through its Data API: nothing is held while a statement runs. */
export class RedshiftWarehouse extends RedshiftStatements implements Warehouse {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    super(options);
    this.#entrance = new Entrance(options);
  }

  async submit(statement: SubmittedWork): Promise<SubmitOutcome> {
    const { sql, user, token, name } = statement;
    const as = { ClientToken: token, StatementName: name, WithEvent: true };
    const submitted = await (typeof sql === 'string'
      ? this.#entrance.execute(user, { ...as, Sql: sql })
      : this.#entrance.executeBatch(user, { ...as, Sqls: [...sql] }));
    if (submitted.outcome !== 'submitted') return submitted;
    return { outcome: 'submitted', statement_id: submitted.statement_id };
  }
}
