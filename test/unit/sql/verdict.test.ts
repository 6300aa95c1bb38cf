import { judgeQuery, MAX_STATEMENT_BYTES, UNLOAD_ENVELOPE_BYTES, type AcceptedQuery } from '../../../core/sql/guard.ts';

function accepted(sql: string): AcceptedQuery {
  const verdict = judgeQuery(sql);
  if (verdict.verdict === 'refused') throw new Error(`${verdict.code}: ${verdict.message}`);
  return verdict;
}

const wraps = [
  'select a from t limit 10',
  'select a from t order by a limit 10 offset 2',
  'select a from t offset 2',
  'select a from t limit all',
  'select top 5 a from t order by a',
  '(select a from t limit 5)',
  '((select top 5 a from t))',
  'select 1 union select 2 limit 1',
  'with c as (select 1) select * from c limit 1',
];
it.each(wraps)('UNLOAD takes no LIMIT at the outside, so it is wrapped: %s', (sql) => {
  expect(accepted(sql)).toMatchObject({ wrapped: true, sql: `SELECT * FROM (\n${sql}\n) AS q` });
});

const bare = [
  'select a from t order by a',
  'select * from (select a from t limit 5) q',
  'select a from t where a in (select b from u limit 1)',
  '(select a from t limit 5) union all (select b from u limit 5)',
  'select top 5 a from t union select 1',
  'with c as (select 1 limit 1) select * from c order by 1',
  'select a as "limit 5" from t',
];
it.each(bare)('An ORDER BY without LIMIT must stay outermost, and inner limits are nobody else’s: %s', (sql) => {
  expect(accepted(sql)).toMatchObject({ wrapped: false, sql });
});

it('A comment at the end does not swallow the parenthesis that wraps the query', () => {
  expect(accepted('select a from t limit 1 -- last').sql).toBe('SELECT * FROM (\nselect a from t limit 1\n) AS q');
});

const relations: readonly (readonly [string, string[]])[] = [
  ['select 1', []],
  ['select * from B, a.B c, dev.a.B, b', ['a.b', 'b', 'dev.a.b']],
  ['with x as (select * from t) select * from x join y.x on true', ['t', 'y.x']],
  ['select * from orders o, o.items i, i.parts p', ['orders']],
  [
    'select (select max(a) from u) from t where b in (select c from v) order by (select 1 from w)',
    ['t', 'u', 'v', 'w'],
  ],
  ['select * from "Mixed"."Case"', ['mixed.case']],
];
it.each(relations)('The relations of %s are told', (sql, expected) => {
  expect(accepted(sql).relations).toEqual(expected);
});

const columns: readonly (readonly [string, (string | null)[] | undefined, string[]])[] = [
  ['select a, t.b, c as d, max(e), f + 1, g::int, "H" from t', ['a', 'b', 'd', 'max', null, null, 'H'], []],
  ['select * from t', undefined, []],
  ['select a, t.* from t', undefined, []],
  ['select a, A, "a", b from t', ['a', 'a', 'a', 'b'], ['a']],
  ['select a.id, b.id from a, b limit 3', ['id', 'id'], ['id']],
  ['select 1, 2', [null, null], []],
  ['select a from t union select b, c from u', ['a'], []],
  ['with x as (select b, b from t) select a from x', ['a'], []],
  ['values (1, 2)', undefined, []],
];
it.each(columns)('The result columns of %s are told as far as the text tells them', (sql, names, twice) => {
  expect(accepted(sql)).toMatchObject({ duplicate_columns: twice });
  expect(accepted(sql).columns).toEqual(names);
});

const positions: readonly (readonly [string, number])[] = [
  ['select * from pg_user', 15],
  ["select '😀', 'é', pg_sleep(1)", 18],
  ['select 1 from t where', 22],
  ['select 1;\nselect 2', 11],
  ["select 'abc", 8],
  ['/* é */ delete from t', 9],
];
it.each(positions)('The position of what is wrong in %s is a character of the user’s text, from 1', (sql, position) => {
  expect(judgeQuery(sql)).toMatchObject({ verdict: 'refused', position });
});

describe('Length', () => {
  const limit = MAX_STATEMENT_BYTES - UNLOAD_ENVELOPE_BYTES;

  it('counts bytes as they will be sent: quotes and backslashes twice, accents and emoji in UTF-8', () => {
    const body = (unit: string, bytes: number) =>
      `select '${unit.repeat(Math.floor((limit - 'select ""'.length - 2) / bytes))}'`;
    for (const [unit, bytes] of [
      ['x', 1],
      ["''", 4],
      ['\\\\', 4],
      ['é', 2],
      ['😀', 4],
    ] as const) {
      expect(judgeQuery(body(unit, bytes)).verdict).toBe('accepted');
      expect(judgeQuery(body(unit, bytes).replace("select '", `select '${unit.repeat(5)}`))).toMatchObject({
        code: 'SQL_TOO_LONG',
      });
    }
  });

  it('is checked before anything else is read', () => {
    expect(judgeQuery('('.repeat(10_000_000))).toMatchObject({ code: 'SQL_TOO_LONG' });
  });

  it('can be set', () => {
    expect(judgeQuery('select 1', { max_bytes: 7 })).toMatchObject({ code: 'SQL_TOO_LONG' });
    expect(judgeQuery('select 1', { max_bytes: 8 })).toMatchObject({ verdict: 'accepted' });
  });
});

it('An operator can close functions of their own, by bare or full name', () => {
  const options = { closed_functions: new Set(['mart.leak', 'f_udf']) };
  expect(judgeQuery('select Mart.Leak(a) from t', options)).toMatchObject({ code: 'SQL_FUNCTION_DENIED' });
  expect(judgeQuery('select other.f_udf(a) from t', options)).toMatchObject({ code: 'SQL_FUNCTION_DENIED' });
  expect(judgeQuery('select mart.fine(a) from t', options)).toMatchObject({ verdict: 'accepted' });
});
