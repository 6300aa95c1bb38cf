import { judgeQuery } from '../../../core/sql/guard.ts';
import { SQL_REFUSALS, type SqlRefusalCode } from '../../../core/sql/refusals.ts';
import { REFUSED_STATEMENTS } from './refused-statements.ts';

describe.each(REFUSED_STATEMENTS)('%s refuses %s', (code, _what, statements) => {
  it.each(statements)('%s', (sql) => {
    expect(judgeQuery(sql)).toMatchObject({ verdict: 'refused', code, hint: SQL_REFUSALS[code].hint });
  });
});

const hides: readonly (readonly [string, string])[] = [
  ['a string that PostgreSQL ends earlier', "select 'a\\', usename, 'b' from pg_user"],
  ['a comment that does not nest elsewhere', 'select /* /* */ 1 */ union select usename from pg_user'],
  ['a line comment that ends at a carriage return', 'select 1 --\runion select usename from pg_user'],
  ['a dollar quote that is none', 'select a$$, usename from pg_user --$$'],
  ['a comment inside a name', 'select * from pg_/**/user'],
  ['a version comment of MySQL', 'select 1 /*! */ from pg_user /* */'],
];
it.each(hides)('%s hides nothing from the guard', (_trick, sql) => {
  expect(judgeQuery(sql).verdict).toBe('refused');
});

const bases = ['t', 'public.t', '(select 1 as a) q', 't join u on true'];
const nested = [
  (inner: string) => `select * from (${inner}) q`,
  (inner: string) => `with c as (${inner}) select * from c`,
  (inner: string) => `select (${inner})`,
  (inner: string) => `select 1 union all (${inner})`,
  (inner: string) => `select * from t where a in (${inner})`,
  (inner: string) => `select coalesce((${inner}), 1) over (order by 1) from t`,
  (inner: string) => `select * from t join lateral (${inner}) x on true`,
  (inner: string) => `select * from u order by (${inner}) limit 1`,
];
const crimes: readonly (readonly [string, SqlRefusalCode])[] = [
  ['select * from pg_user', 'SQL_SYSTEM_RELATION'],
  ['select pg_sleep(1)', 'SQL_FUNCTION_DENIED'],
  ["select * from 'x.csv'", 'SQL_FILE_RELATION'],
  ['select 1 into x', 'SQL_SELECT_INTO'],
  ['select $1', 'SQL_PARAMETER'],
  ['select * from t for update', 'SQL_LOCK_DENIED'],
  ['delete from t', 'SQL_NOT_A_QUERY'],
];
describe.each(crimes)('%s is found wherever it stands', (crime, code) => {
  it.each(nested.flatMap((outer) => nested.map((inner) => outer(inner(crime)))))('%s', (sql) => {
    const verdict = judgeQuery(sql);
    expect(verdict.verdict).toBe('refused');
    // DELETE right behind a parenthesis of an expression is no more than a wrong word there.
    expect(code === 'SQL_NOT_A_QUERY' ? ['SQL_NOT_A_QUERY', 'SQL_SYNTAX_ERROR'] : [code]).toContain(
      'code' in verdict ? verdict.code : '',
    );
  });
});

it('The bases of the nested crimes are innocent by themselves', () => {
  for (const base of bases) {
    for (const outer of nested) expect(judgeQuery(outer(`select * from ${base}`)).verdict).toBe('accepted');
  }
});
