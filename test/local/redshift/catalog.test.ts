import {
  DescribeTableCommand,
  ListDatabasesCommand,
  ListSchemasCommand,
  ListTablesCommand,
} from '@aws-sdk/client-redshift-data';
import { startWorld, target, type World } from './harness.ts';

describe('the catalog', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  it('shows databases, schemas, tables and columns', async () => {
    await world.run('create schema if not exists sales');
    await world.run('create table sales.orders (id bigint not null, price decimal(8,2), note varchar(20))');
    const { Tables } = await world.client.send(new ListTablesCommand({ ...target, SchemaPattern: 'sal%' }));
    expect(Tables).toEqual([{ schema: 'sales', name: 'orders', type: 'TABLE' }]);
    const { ColumnList } = await world.client.send(
      new DescribeTableCommand({ ...target, Schema: 'sales', Table: 'orders' }),
    );
    expect(ColumnList?.map(({ name, typeName, nullable }) => [name, typeName, nullable])).toEqual([
      ['id', 'int8', 0],
      ['price', 'numeric', 1],
      ['note', 'varchar', 1],
    ]);
    expect((await world.client.send(new ListSchemasCommand(target))).Schemas).toEqual(
      expect.arrayContaining(['public', 'sales']),
    );
    expect((await world.client.send(new ListDatabasesCommand(target))).Databases).toEqual(['dev']);
  });
});
