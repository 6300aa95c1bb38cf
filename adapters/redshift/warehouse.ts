import { ExecuteStatementCommand } from '@aws-sdk/client-redshift-data';
import { StatementId } from '../../contract/ids.ts';
import type { SubmitOutcome, Warehouse } from '../../core/ports.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { RedshiftStatements } from './statements.ts';
import { submitOutcome } from './submit-errors.ts';

/** Redshift through its Data API: nothing is held while a statement runs. */
export class RedshiftWarehouse extends RedshiftStatements implements Warehouse {
  readonly #entrance: Entrance;

  constructor(options: EntranceOptions) {
    super(options);
    this.#entrance = new Entrance(options);
  }

  async submit(statement: { sql: string; token: string; name: string; user: string }): Promise<SubmitOutcome> {
    const { client, input } = this.#entrance.for(statement.user);
    const command = new ExecuteStatementCommand({
      ...input,
      Sql: statement.sql,
      ClientToken: statement.token,
      StatementName: statement.name,
      WithEvent: true,
    });
    try {
      const { Id } = await client.send(command);
      return { outcome: 'submitted', statement_id: StatementId.parse(Id) };
    } catch (error) {
      const outcome = submitOutcome(error);
      if (!outcome) throw error;
      return outcome;
    }
  }
}
