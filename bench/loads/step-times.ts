import { DescribeStatementCommand, paginateListStatements, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { stepOf } from '../../core/load/statement.ts';
import type { LocalAws } from '../../local/local-aws.ts';

/** What the warehouse says of the statements of a load. */
export class StepTimes {
  readonly #client: RedshiftDataClient;

  constructor({ awsEndpointUrl: endpoint, region, credentials }: LocalAws) {
    this.#client = new RedshiftDataClient({ endpoint, region, credentials });
  }

  /** Seconds of each step of the load of a job. */
  async of(jobId: string): Promise<Record<string, number>> {
    const { SubStatements: parts = [] } = await this.#client.send(
      new DescribeStatementCommand({ Id: await this.#idOf(jobId) }),
    );
    return Object.fromEntries(
      parts.map(({ QueryString: sql = '', Duration: nanoseconds = 0 }) => [stepOf(sql) ?? sql, nanoseconds / 1e9]),
    );
  }

  async #idOf(jobId: string): Promise<string> {
    for await (const { Statements = [] } of paginateListStatements({ client: this.#client }, { Status: 'ALL' })) {
      const found = Statements.find(
        ({ StatementName, IsBatchStatement }) => IsBatchStatement === true && StatementName?.includes(jobId),
      );
      if (found?.Id !== undefined) return found.Id;
    }
    throw new Error(`No load of job ${jobId} is known to the warehouse`);
  }

  close(): void {
    this.#client.destroy();
  }
}
