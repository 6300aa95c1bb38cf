import { judgeQuery } from '../../../core/sql/guard.ts';

const fill = (start: string, unit: string, end = '') =>
  start + unit.repeat(Math.floor((90_000 - start.length - end.length) / unit.length)) + end;

const tooDeep: readonly (readonly [string, string])[] = [
  ['10,000 parentheses', `select ${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
  ['parentheses that never close', fill('select ', '(')],
  ['subqueries', `select * from ${'(select * from '.repeat(2_000)}t${') q'.repeat(2_000)}`],
  ['parenthesised joins', fill('select * from ', '(')],
  ['parenthesised queries', fill('', '(', 'select 1')],
  ['CASE in CASE', fill('select ', 'case when ')],
  ['calls', fill('select ', 'f(')],
  ['arrays', fill('select ', 'array[')],
  ['subscripts in subscripts', fill('select ', 'a[')],
  ['CTEs in CTEs', fill('', 'with a as (')],
  ['windows in windows', fill('select ', 'sum(1) over (order by ')],
];
it.each(tooDeep)('%s nested without end are refused, and nothing overflows', (_what, sql) => {
  expect(judgeQuery(sql)).toMatchObject({ verdict: 'refused', code: 'SQL_TOO_DEEP' });
});

it('Nesting that people write is far from the bound', () => {
  const deep = (levels: number) =>
    `${'select * from ('.repeat(levels)}select ${'('.repeat(levels)}1${')'.repeat(levels)} as a${') q'.repeat(levels)}`;
  expect(judgeQuery(deep(25))).toMatchObject({ verdict: 'accepted' });
});

const long: readonly (readonly [string, string])[] = [
  ['additions', fill('select 1', '+1')],
  ['conditions', fill('select 1 where a=1', ' and a=1')],
  ['NOTs', fill('select ', 'not ', 'a')],
  ['minus signs', fill('select ', '- ', '1')],
  ['UNIONs', fill('select 1', ' union select 1')],
  ['casts', fill('select 1', '::int')],
  ['columns', fill('select 1', ',1')],
  ['columns of the same name', fill('select a', ',a')],
  ['columns of different names', `select ${Array.from({ length: 12_000 }, (_, n) => `c${n}`).join(',')} from t`],
  ['an IN list', fill('select 1 where a in (1', ',1', ')')],
  ['one string', fill("select '", 'x', "'")],
  ['joins', fill('select 1 from a', ' join b on 1=1')],
  ['relations', fill('select 1 from a', ',b')],
  ['subscripts', fill('select a', '[1]')],
  ['dots', fill('select a', '.a')],
  ['comments', fill('select 1 ', '/**/')],
  ['nested comments', `select 1 ${'/*'.repeat(20_000)}${'*/'.repeat(20_000)}`],
  ['line comments', fill('select 1 ', '--\n')],
  ['strings', fill('select ', "'' ")],
  ['CTEs', fill('with a as (select 1)', ',a as (select 1)', 'select 1')],
  ['semicolons', fill('select 1', ';')],
];
it.each(long)('%s without nesting are judged in bounded time up to the limit', (_what, sql) => {
  const started = performance.now();
  expect(judgeQuery(sql, { max_bytes: 200_000 })).toMatchObject({ verdict: 'accepted' });
  expect(performance.now() - started).toBeLessThan(2_000);
});

const broken: readonly (readonly [string, string])[] = [
  ['comments that never close', fill('select 1 ', '/*')],
  ['dollar quotes that never close', fill('select ', '$a$b$c$ ')],
  ['different dollar quotes', `select ${Array.from({ length: 12_000 }, (_, n) => `$t${n}$`).join(' ')}`],
  ['backslashes before the end', fill("select '", '\\')],
  ['quotes that never close', fill('select "', '""')],
  ['dots', fill('select 1', '.')],
  ['words', fill('select a', ' a')],
];
it.each(broken)('%s are refused in bounded time', (_what, sql) => {
  const started = performance.now();
  expect(judgeQuery(sql, { max_bytes: 200_000 })).toMatchObject({ verdict: 'refused', code: 'SQL_SYNTAX_ERROR' });
  expect(performance.now() - started).toBeLessThan(2_000);
});
