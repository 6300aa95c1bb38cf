import { DescribeTableCommand, RedshiftDataClient, ValidationException } from '@aws-sdk/client-redshift-data';
import { mockClient } from 'aws-sdk-client-mock';
import { MemoryTableCatalog } from '../../adapters/memory/table-catalog.ts';
import { RedshiftTables } from '../../adapters/redshift/tables.ts';
import { RedshiftWarehouse } from '../../adapters/redshift/warehouse.ts';
import type { TargetColumn } from '../../core/load/target.ts';
import { StatementEnd } from '../../contract/events.ts';
import type { Tables } from '../../core/load/ports.ts';
import type { StatementReport } from '../../core/ports.ts';
import { type Redshift, startRedshift } from '../../local/redshift/start-redshift.ts';
import { shared, target } from './backends/warehouses.ts';
import { credentials, region } from './backends/results.ts';
import { targetColumn as column } from '../support/target-column.ts';

const accounts: TargetColumn[] = [
  column('id', 'int4', { nullable: false }),
  column('name', 'varchar', { length: 10 }),
  column('amount', 'numeric', { precision: 10, scale: 2 }),
  column('größe', 'float8'),
  column('made', 'timestamp', { has_default: true }),
];

let engine: Redshift;
let client: RedshiftDataClient;
beforeAll(async () => {
  engine = await startRedshift({ s3: { endpoint: 'http://127.0.0.1:9', region, credentials } });
  client = new RedshiftDataClient({ endpoint: engine.endpoint, region, credentials });
  const warehouse = new RedshiftWarehouse({ client, target, ...shared });
  const create = `CREATE TABLE acme.accounts
    (id INTEGER NOT NULL, name VARCHAR(10), amount DECIMAL(10,2), "größe" FLOAT8, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)`;
  const statement = { sql: ['CREATE SCHEMA acme', create], token: 'make', name: 'make', user: 'acme' };
  const submitted = await warehouse.submit(statement);
  if (submitted.outcome !== 'submitted') throw new Error(submitted.outcome);
  let report: StatementReport | undefined;
  while (!StatementEnd.safeParse(report?.state).success) report = await warehouse.describe(submitted.statement_id);
  if (report?.error !== undefined) throw new Error(report.error);
});
afterAll(async () => {
  client.destroy();
  await engine.close();
});

describe.each<[string, () => Tables]>([
  ['in memory', () => new MemoryTableCatalog({ 'acme.accounts': accounts })],
  ['on the local Redshift', () => new RedshiftTables({ client, target, ...shared })],
])('%s', (_name, make) => {
  it('describes each column in its order: type, length, whether it takes NULL, whether it has a default', async () => {
    const found = await make().columns({ schema: 'acme', table: 'accounts', user: 'acme' });
    if (found.outcome !== 'described') throw new Error(found.outcome);
    const facts = ({ name, type, nullable, has_default }: TargetColumn) => ({ name, type, nullable, has_default });
    expect(found.columns.map(facts)).toEqual(accounts.map(facts));
    expect(found.columns[1]).toMatchObject({ length: 10 });
    expect(found.columns[2]).toMatchObject({ precision: 10, scale: 2 });
  });

  it('finds no columns of a table that is not there, or lies elsewhere, or is written otherwise', async () => {
    for (const [schema, table] of [
      ['acme', 'nothing'],
      ['nobody', 'accounts'],
      ['acme', 'accoun%'],
      ['acme', 'ACCOUNTS'],
      ['acme', '"accounts"'],
    ] as const)
      expect(await make().columns({ schema, table, user: 'acme' })).toEqual({ outcome: 'described', columns: [] });
  });
});

describe('the Data API', () => {
  const asked = { schema: 'acme', table: 'wide', user: 'acme' };
  function stage() {
    const own = new RedshiftDataClient({ region, credentials });
    return { mock: mockClient(own), tables: new RedshiftTables({ client: own, target, ...shared }) };
  }

  it('describes a wide table in pages, and all of them are read', async () => {
    const { mock, tables } = stage();
    mock.on(DescribeTableCommand).callsFake(({ NextToken }: { NextToken?: string }) => {
      const at = Number(NextToken ?? 0);
      return { ColumnList: [{ name: `c${at}`, typeName: 'INT4' }], ...(at < 2 && { NextToken: String(at + 1) }) };
    });
    expect(await tables.columns(asked)).toMatchObject({
      outcome: 'described',
      columns: [{ name: 'c0', type: 'int4' }, { name: 'c1' }, { name: 'c2' }],
    });
  });

  it('that never comes to an end is an error', async () => {
    const { mock, tables } = stage();
    mock.on(DescribeTableCommand).resolves({ ColumnList: [], NextToken: 'more' });
    await expect(tables.columns(asked)).rejects.toThrow('pages');
  });

  it('tells of columns that number themselves', async () => {
    const { mock, tables } = stage();
    const defaults = ['"identity"(1, 0, (\'1,1\'::text)::text)', "default_identity(1, 0, '1,1')", '7', undefined];
    mock.on(DescribeTableCommand).resolves({ ColumnList: defaults.map((columnDefault) => ({ columnDefault })) });
    const found = await tables.columns(asked);
    if (found.outcome !== 'described') throw new Error(found.outcome);
    expect(found.columns.map(({ identity, has_default }) => [identity, has_default])).toEqual([
      [true, true],
      [false, true],
      [false, true],
      [false, false],
    ]);
  });

  it('that is busy, refuses or is at fault says so', async () => {
    const metadata = { $metadata: { httpStatusCode: 400 } };
    const failing = (error: Error) => {
      const { mock, tables } = stage();
      mock.on(DescribeTableCommand).rejects(error);
      return tables.columns(asked);
    };
    const busy = Object.assign(new Error('slow'), { name: 'ThrottlingException', ...metadata });
    expect(await failing(busy)).toMatchObject({ outcome: 'later' });
    const refusal = new ValidationException({ message: 'no', Message: 'no', ...metadata });
    expect(await failing(refusal)).toEqual({ outcome: 'refused', message: 'no' });
    const mistake = new TypeError('x is not a function');
    await expect(failing(mistake)).rejects.toBe(mistake);
  });
});
