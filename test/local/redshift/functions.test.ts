import { EXPRESSIONS, QUERIES } from './functions.cases.ts';
import { startWorld, type World } from './harness.ts';

describe('Redshift SQL on DuckDB', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await world.rows('create table n (a int, g varchar(10)) diststyle all sortkey (a)').catch(() => undefined);
    await world.run(`insert into n values (1, 'x'), (2, 'x'), (3, 'y'), (4, 'y')`);
  });
  afterAll(() => world.close());

  for (const [kind, cases] of Object.entries(EXPRESSIONS)) {
    describe(kind, () => {
      it.each(cases)('%s means what it means in Redshift', async (sql, expected) => {
        expect(await world.rows(`select ${sql}`, { WaitTimeSeconds: 30 })).toEqual([[expected]]);
      });
    });
  }

  describe('queries', () => {
    it.each(QUERIES)('%s returns what Redshift returns', async (sql, expected) => {
      expect(await world.rows(sql, { WaitTimeSeconds: 30 })).toEqual([[expected]]);
    });
  });
});
