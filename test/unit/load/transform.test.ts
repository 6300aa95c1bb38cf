import fc from 'fast-check';
import { emitTransform, judgeTransform, judgeTransforms } from '../../../core/load/transform.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import { quotedIdentifier } from '../../../core/sql/literal.ts';

function emitted(sql: string): string {
  const judged = judgeTransform(sql);
  if (judged.verdict === 'refused') throw new Error(judged.code);
  return emitTransform(judged.transform, (name) => `<${name.toLowerCase()}>`);
}

it.each([
  ['upper(Name)', 'upper(<name>)'],
  [`"First name" || ' ' || last`, `<first name> || ' ' || <last>`],
  ["case when a = 'x' then null else b end", "case when <a> = 'x' then null else <b> end"],
  ['cast(a as numeric(10,2)) * 100', 'cast(<a> as numeric(10,2)) * 100'],
  ['a::date /* c */ + 1 -- d', '<a>::date         + 1'],
  ['dateadd(month, 1, month)', 'dateadd(month, 1, <month>)'],
  ['extract(year from year)', 'extract(year from <year>)'],
  ['nvl(a, current_date::varchar)', 'nvl(<a>, current_date::varchar)'],
  ['"current_date"', '<current_date>'],
  ["a in ('x', 'y') and not b is null", "<a> in ('x', 'y') and not <b> is null"],
  ["replace(a, '\\'', $$b'$$) || c", "replace(<a>, '''',  'b'''  ) || <c>"],
  ['my_schema.my_function(a)', 'my_schema.my_function(<a>)'],
])('%s is taken, its columns told apart from all other words', (sql, expected) => {
  expect(emitted(sql).replace(/ +/g, ' ')).toBe(expected.replace(/ +/g, ' '));
});

it.each([
  ['(select 1)', 'TRANSFORM_NOT_SCALAR'],
  ['a in (select b from t)', 'TRANSFORM_NOT_SCALAR'],
  ['max(a)', 'TRANSFORM_NOT_SCALAR'],
  ['count(*)', 'TRANSFORM_NOT_SCALAR'],
  ['f(a) over (order by b)', 'TRANSFORM_NOT_SCALAR'],
  ['other.a', 'TRANSFORM_NOT_SCALAR'],
  ['a[0]', 'TRANSFORM_NOT_SCALAR'],
  ['(a as b)', 'TRANSFORM_NOT_SCALAR'],
  ['pg_sleep(1)', 'SQL_FUNCTION_DENIED'],
  ["set_config('a', 'b', false)", 'SQL_FUNCTION_DENIED'],
  ['a::regclass', 'SQL_SYSTEM_RELATION'],
  ['$1', 'SQL_PARAMETER'],
  [':a', 'SQL_PARAMETER'],
  ['a, b', 'SQL_SYNTAX_ERROR'],
  ['a) from t --', 'SQL_SYNTAX_ERROR'],
  ['a; drop table t', 'SQL_SYNTAX_ERROR'],
  ['a as b', 'TRANSFORM_NOT_SCALAR'],
  ["'a", 'SQL_SYNTAX_ERROR'],
  [' -- ', 'SQL_EMPTY'],
  ['('.repeat(400), 'SQL_TOO_DEEP'],
])('%s is refused as %s', (sql, code) => {
  expect(judgeTransform(sql)).toMatchObject({ verdict: 'refused', code });
});

it('whatever is taken reads the same with its columns put back', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'a',
      '"b c"',
      "'x'",
      "'\\''",
      '$$q$$',
      '+',
      '(',
      ')',
      ',',
      'f',
      ' ',
      '/*x*/',
      '--\n',
      '::int',
      '1',
      ' as ',
      '.',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const judged = judgeTransform(parts.join(''));
      if (judged.verdict === 'refused') return;
      const again = emitTransform(judged.transform, quotedIdentifier);
      const twice = judgeTransform(again);
      expect(twice).toMatchObject({ verdict: 'accepted', transform: { columns: judged.transform.columns } });
      if (twice.verdict === 'accepted') expect(emitTransform(twice.transform, quotedIdentifier)).toBe(again);
    }),
    { numRuns: 3_000 },
  );
});

it('a refusal points to its mapping', () => {
  const mappings = [{ transform: 'a' }, {}, { transform: 'b + max(c)' }];
  let problem: unknown;
  try {
    judgeTransforms(mappings);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(ProblemError);
  expect(problem).toMatchObject({
    code: 'QUERY_REFUSED',
    facts: {
      reason: 'TRANSFORM_NOT_SCALAR',
      position: 5,
      errors: [{ pointer: '/column_mappings/2/transform', message: 'max works on many rows.' }],
    },
  });
});
