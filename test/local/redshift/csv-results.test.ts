import {
  GetStatementResultCommand,
  GetStatementResultV2Command,
  ValidationException,
} from '@aws-sdk/client-redshift-data';
import { startWorld, type World } from './harness.ts';

describe('results as CSV', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  const run = async (sql: string, ResultFormat: 'CSV' | 'JSON' = 'CSV'): Promise<string> =>
    (await world.run(sql, { ResultFormat })).Id ?? '';

  it('tells NULL from the empty text, and keeps quotes, commas, newlines and decimals', async () => {
    const Id = await run(
      `select 1 as n, null::int as none, '' as empty, 'a "b", c' as quoted, 'x\\ny' as lines, 1.50::decimal(8,2) as d, true as t`,
    );
    const page = await world.client.send(new GetStatementResultV2Command({ Id }));
    expect(page.Records).toEqual([{ CSVRecords: '1,,"","a ""b"", c","x\ny",1.50,true\r\n' }]);
    expect(page).toMatchObject({ TotalNumRows: 1, ResultFormat: 'csv' });
    expect(page.ColumnMetadata?.map(({ name }) => name)).toEqual(['n', 'none', 'empty', 'quoted', 'lines', 'd', 't']);
  });

  it('pages without losing or repeating a row', async () => {
    const Id = await run('select generate_series as n from generate_series(1, 2500) order by 1');
    let text = '';
    let NextToken: string | undefined;
    do {
      const page = await world.client.send(new GetStatementResultV2Command({ Id, NextToken }));
      text += (page.Records ?? []).map((record) => record.CSVRecords ?? '').join('');
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(text).toBe(Array.from({ length: 2500 }, (_, index) => `${index + 1}\r\n`).join(''));
  });

  it('has no records for a result without rows', async () => {
    const Id = await run('select 1 as n where false');
    expect(await world.client.send(new GetStatementResultV2Command({ Id }))).toMatchObject({
      Records: [],
      TotalNumRows: 0,
    });
  });

  it('gives each format only to the operation that reads it', async () => {
    const [csv, json] = [await run('select 1'), await run('select 1', 'JSON')];
    await expect(world.client.send(new GetStatementResultCommand({ Id: csv }))).rejects.toThrow(ValidationException);
    await expect(world.client.send(new GetStatementResultV2Command({ Id: json }))).rejects.toThrow(ValidationException);
  });
});
