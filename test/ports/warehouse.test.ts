import { StatementId } from '../../contract/ids.ts';
import { type Stage, badSql, onEachWarehouse } from './backends/warehouses.ts';

const unknown = StatementId.parse('00000000-0000-4000-8000-000000000000');
let runs = 0;

async function submit({ warehouse }: Stage, sql: string | string[] = 'SELECT 1'): Promise<StatementId> {
  const outcome = await warehouse.submit({
    sql,
    token: `run-${(runs += 1)}`,
    name: 'spectra:acme:job:1:CSV',
    user: 'acme',
  });
  if (outcome.outcome !== 'submitted') throw new Error(`Not submitted but ${outcome.outcome}`);
  return outcome.statement_id;
}

onEachWarehouse((newStage) => {
  it('takes a statement once, however often it is submitted under one token, also at once', async () => {
    const stage = newStage();
    const statement = { sql: 'SELECT 1', token: `same-${(runs += 1)}`, name: 'n', user: 'acme' };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => stage.warehouse.submit(statement)));
    const [first] = outcomes;
    expect(first?.outcome).toBe('submitted');
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => first));
    expect(stage.taken()).toHaveLength(1);
  });

  it('answers with the same statement after it has ended', async () => {
    const stage = newStage();
    const statement = { sql: 'SELECT 1', token: `again-${(runs += 1)}`, name: 'n', user: 'acme' };
    const first = await stage.warehouse.submit(statement);
    if (first.outcome !== 'submitted') throw new Error('Not submitted');
    await stage.begin(first.statement_id);
    await stage.finish(first.statement_id);
    expect(await stage.warehouse.submit(statement)).toEqual(first);
  });

  it('tells how far a statement is, to its end', async () => {
    const stage = newStage();
    const id = await submit(stage);
    expect(await stage.warehouse.describe(id)).toEqual({ state: 'SUBMITTED' });
    await stage.begin(id);
    expect(await stage.warehouse.describe(id)).toEqual({ state: 'STARTED' });
    await stage.finish(id);
    expect(await stage.warehouse.describe(id)).toEqual({ state: 'FINISHED' });
  });

  it("tells of a failure in the warehouse's own words", async () => {
    const stage = newStage();
    const id = await submit(stage, badSql);
    await stage.begin(id);
    await stage.finish(id);
    expect(await stage.warehouse.describe(id)).toEqual({
      state: 'FAILED',
      error: expect.stringContaining('relation "nowhere" does not exist') as string,
    });
  });

  describe('several statements in one', () => {
    const parts = ['CREATE TEMP TABLE part AS SELECT 1 AS a', 'SELECT a FROM part'];

    it('are taken once under one token, and end together', async () => {
      const stage = newStage();
      const batch = { sql: parts, token: `batch-${(runs += 1)}`, name: 'n', user: 'acme' };
      const outcomes = await Promise.all([1, 2, 3].map(() => stage.warehouse.submit(batch)));
      const [first] = outcomes;
      if (first?.outcome !== 'submitted') throw new Error('Not submitted');
      expect(outcomes).toEqual([first, first, first]);
      expect(stage.taken()).toEqual([first.statement_id]);
      await stage.begin(first.statement_id);
      expect(await stage.warehouse.describe(first.statement_id)).toEqual({ state: 'STARTED' });
      await stage.finish(first.statement_id);
      expect(await stage.warehouse.describe(first.statement_id)).toEqual({ state: 'FINISHED' });
    });

    it('fail together, and which of them did is told, with its words', async () => {
      const stage = newStage();
      for (const sql of [
        [badSql, ...parts],
        [...parts, badSql],
      ]) {
        const id = await submit(stage, sql);
        await stage.begin(id);
        await stage.finish(id);
        expect(await stage.warehouse.describe(id)).toEqual({
          state: 'FAILED',
          error: expect.stringContaining('relation "nowhere" does not exist') as string,
          failed: badSql,
        });
      }
    });

    it('are one transaction: what came before the failure can be done again as if it had never been', async () => {
      const stage = newStage();
      for (const sql of [
        ['CREATE TABLE marker (a INTEGER)', badSql],
        ['CREATE TABLE marker (a INTEGER)', 'DROP TABLE marker'],
      ]) {
        const id = await submit(stage, sql);
        await stage.begin(id);
        await stage.finish(id);
        const { state } = (await stage.warehouse.describe(id)) ?? {};
        expect(state).toBe(sql.includes(badSql) ? 'FAILED' : 'FINISHED');
      }
    });

    it('are cancelled together', async () => {
      const stage = newStage();
      const id = await submit(stage, parts);
      await stage.begin(id);
      expect(await stage.warehouse.cancel(id)).toBe('cancelling');
      await stage.ended(id);
      expect(await stage.warehouse.describe(id)).toEqual({ state: 'ABORTED' });
    });
  });

  it('finds what was submitted under a name, whatever has become of it, and nothing whose name only begins so', async () => {
    const stage = newStage();
    const name = `spectra:acme:job-${(runs += 1)}:1:LOAD`;
    const of = { name, user: 'acme' };
    const batch = (more: object) => stage.warehouse.submit({ sql: ['SELECT 1'], token: name, ...of, ...more });
    expect(await stage.warehouse.find(of)).toEqual({ outcome: 'none' });
    await batch({ token: `${name}0`, name: `${name}0` });
    expect(await stage.warehouse.find(of)).toEqual({ outcome: 'none' });
    const submitted = await batch({});
    if (submitted.outcome !== 'submitted') throw new Error('Not submitted');
    const found = { outcome: 'found', statement_id: submitted.statement_id };
    expect(await stage.warehouse.find(of)).toEqual(found);
    await stage.begin(submitted.statement_id);
    await stage.finish(submitted.statement_id);
    expect(await stage.warehouse.find(of)).toEqual(found);
    await batch({ token: `${name} again` });
    expect(await stage.warehouse.find(of)).toEqual(found);
  });

  it('cancels a running statement, and says so again once it has ended', async () => {
    const stage = newStage();
    const id = await submit(stage);
    await stage.begin(id);
    expect(await stage.warehouse.cancel(id)).toBe('cancelling');
    await stage.ended(id);
    expect(await stage.warehouse.describe(id)).toEqual({ state: 'ABORTED' });
    expect(await stage.warehouse.cancel(id)).toBe('ended');
  });

  it('does not take back the end of a statement that is cancelled too late', async () => {
    const stage = newStage();
    const id = await submit(stage);
    await stage.begin(id);
    await stage.finish(id);
    expect(await stage.warehouse.cancel(id)).toBe('ended');
    expect(await stage.warehouse.describe(id)).toEqual({ state: 'FINISHED' });
  });

  it('knows nothing of a statement that was never submitted', async () => {
    const { warehouse } = newStage();
    expect(await warehouse.describe(unknown)).toBeUndefined();
    expect(await warehouse.cancel(unknown)).toBe('unknown');
  });
});
