import {
  CancelStatementCommand,
  DescribeStatementCommand,
  type RedshiftDataClient,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-redshift-data';
import * as z from 'zod';
import { StatementEnd } from '../../contract/events.ts';
import type { StatementId } from '../../contract/ids.ts';
import type { StatementReport, Warehouse } from '../../core/ports.ts';

export const StatementState = z.enum(['SUBMITTED', 'PICKED', 'STARTED', ...StatementEnd.options]);

/** Submitted statements, by their id alone: where they run does not matter. */
export class RedshiftStatements implements Pick<Warehouse, 'describe' | 'cancel'> {
  protected readonly client: RedshiftDataClient;

  constructor(options: { client: RedshiftDataClient }) {
    this.client = options.client;
  }

  async describe(statement: StatementId): Promise<StatementReport | undefined> {
    try {
      const report = await this.client.send(new DescribeStatementCommand({ Id: statement }));
      const failed = report.SubStatements?.find(({ Status }) => Status === 'FAILED');
      // Of a batch, the error of the statement that failed: the batch's own may have words of the Data API before it.
      const error = failed?.Error ?? report.Error;
      return {
        state: StatementState.parse(report.Status),
        ...(error && { error }),
        ...(failed?.QueryString !== undefined && { failed: failed.QueryString }),
      };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async cancel(statement: StatementId): Promise<'cancelling' | 'ended' | 'unknown'> {
    try {
      await this.client.send(new CancelStatementCommand({ Id: statement }));
      return 'cancelling';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 'unknown';
      if (error instanceof ValidationException) return this.#whyNotCancelled(statement);
      throw error;
    }
  }

  /** Only a running statement can be cancelled: this one has ended, or has not begun and is asked again by the sweep. */
  async #whyNotCancelled(statement: StatementId): Promise<'cancelling' | 'ended' | 'unknown'> {
    const report = await this.describe(statement);
    if (!report) return 'unknown';
    return StatementEnd.safeParse(report.state).success ? 'ended' : 'cancelling';
  }
}
