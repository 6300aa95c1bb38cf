import { ExecuteStatementCommand, type RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { StatementId } from '../../contract/ids.ts';
import type { SubmitOutcome, Warehouse } from '../../core/ports.ts';
import { RedshiftStatements } from './statements.ts';
import { submitOutcome } from './submit-errors.ts';
import { type WarehouseTarget, targetInput } from './target.ts';

/** Redshift through its Data API: nothing is held while a statement runs. */
export class RedshiftWarehouse extends RedshiftStatements implements Warehouse {
  readonly #target: WarehouseTarget;

  constructor(options: { client: RedshiftDataClient; target: WarehouseTarget }) {
    super(options);
    this.#target = options.target;
  }

  async submit(statement: { sql: string; token: string; name: string }): Promise<SubmitOutcome> {
    const command = new ExecuteStatementCommand({
      ...targetInput(this.#target),
      Sql: statement.sql,
      ClientToken: statement.token,
      StatementName: statement.name,
      WithEvent: true,
    });
    try {
      const { Id } = await this.client.send(command);
      return { outcome: 'submitted', statement_id: StatementId.parse(Id) };
    } catch (error) {
      const outcome = submitOutcome(error);
      if (!outcome) throw error;
      return outcome;
    }
  }
}
