import {
  DescribeStatementCommand,
  type DescribeStatementCommandOutput,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
  paginateListStatements,
  type RedshiftDataClient,
  type StatementData,
} from '@aws-sdk/client-redshift-data';
import { until } from './client.ts';

/** The warehouse as an administrator sees it: by the Data API, in Redshift SQL. */
export class Warehouse {
  readonly #client: RedshiftDataClient;

  constructor(client: RedshiftDataClient) {
    this.#client = client;
  }

  /** Runs a statement to its end. @throws Error with Redshift's words when it fails */
  async run(sql: string): Promise<string> {
    const { Id } = await this.#client.send(
      new ExecuteStatementCommand({ Sql: sql, Database: 'dev', WorkgroupName: 'local', StatementName: 'test' }),
    );
    const ended = await until(`the statement ${sql.slice(0, 80)}`, async () => {
      const report = await this.describe(Id ?? '');
      return ['FINISHED', 'FAILED', 'ABORTED'].includes(report.Status ?? '') ? report : undefined;
    });
    if (ended.Status !== 'FINISHED') throw new Error(`${ended.Status}: ${ended.Error}`);
    return Id ?? '';
  }

  /** Rows of a query, each value as text. */
  async rows(sql: string): Promise<(string | null)[][]> {
    const Id = await this.run(sql);
    const { Records = [] } = await this.#client.send(new GetStatementResultCommand({ Id }));
    return Records.map((record) => record.map(textOf));
  }

  describe = (Id: string): Promise<DescribeStatementCommandOutput> =>
    this.#client.send(new DescribeStatementCommand({ Id }));

  /** The statements of a job, in all states. */
  async statementsOf(jobId: string): Promise<StatementData[]> {
    const found: StatementData[] = [];
    for await (const page of paginateListStatements({ client: this.#client }, { Status: 'ALL' }))
      found.push(...(page.Statements ?? []));
    return found.filter(({ StatementName }) => StatementName?.includes(jobId) === true);
  }

  /** How many exports the warehouse works on or has queued. */
  async active(): Promise<StatementData[]> {
    const { statements } = await this.#all();
    return statements.filter(({ Status }) => ['SUBMITTED', 'PICKED', 'STARTED'].includes(Status ?? ''));
  }

  async #all(): Promise<{ statements: StatementData[] }> {
    const statements: StatementData[] = [];
    for await (const page of paginateListStatements({ client: this.#client }, { Status: 'ALL' }))
      statements.push(...(page.Statements ?? []));
    return { statements };
  }
}

function textOf(field: Field): string | null {
  if (field.isNull === true) return null;
  const value = field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue;
  return value === undefined ? '' : String(value);
}
