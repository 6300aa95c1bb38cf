import fc from 'fast-check';
import { judgeQuery } from '../../../core/sql/guard.ts';
import { ACCEPTED_QUERIES } from './accepted-queries.ts';
import { landmarks, READERS } from './tokenizers.ts';

const piece = fc.constantFrom(
  ..."' '' \\ \\' \\\\ \\\\' \" -- /* */ $$ $a$ ; \n \r a 1 , ( ) e' b' x' pg_user / * - $ ||".split(' '),
  ' ',
  '\n',
  "'x'",
  'select',
  ' from t ',
  ' union select ',
);
const hostile = fc.array(piece, { maxLength: 14 }).map((pieces) => `select ${pieces.join('')}`);
/** Mostly well formed: strings full of what opens and closes things, so that many of them are accepted. */
const content = fc.array(fc.constantFrom("''", "\\'", '\\\\', '--', '/*', '*/', ';', '"', '$$', 'x', '\n', '\\n'), {
  maxLength: 8,
});
const wellFormed = fc
  .array(
    fc.oneof(
      content.map((parts) => `'${parts.join('')}'`),
      content.map((parts) => `e'${parts.join('')}'`),
      content.map((parts) => `$q$${parts.join('')}$q$`),
      content.map((parts) => `"${parts.join('').replaceAll('"', '""')}x"`),
      content.map((parts) => `/*${parts.join('').replaceAll(/\/\*|\*\//g, '')}*/ 1`),
      content.map((parts) => `/* /* ${parts.join('').replaceAll(/\/\*|\*\//g, '')} */ */ 2`),
      content.map((parts) => `3 --${parts.join('').replaceAll('\n', '')}\n`),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((items) => `select ${items.join(', ')} from t`);

function expectOneReading(sql: string): 'accepted' | 'refused' {
  const verdict = judgeQuery(sql);
  if (verdict.verdict === 'refused') return 'refused';
  const [redshift, ...others] = READERS.map((reader) => landmarks(verdict.sql, reader));
  for (const other of others) expect(other).toEqual(redshift);
  expect(redshift?.filter((mark) => /comment|semicolon/.test(mark))).toEqual([]);
  const again = judgeQuery(verdict.sql);
  expect(again).toMatchObject({ verdict: 'accepted', relations: verdict.relations });
  return 'accepted';
}

it('Text that is accepted has the same strings for readers with and without escapes, nesting or not', () => {
  fc.assert(
    fc.property(hostile, (sql) => {
      expectOneReading(sql);
    }),
    { numRuns: 5_000 },
  );
});

it('Strings, names and comments full of delimiters are accepted and come out with one reading', () => {
  let accepted = 0;
  fc.assert(
    fc.property(wellFormed, (sql) => {
      if (expectOneReading(sql) === 'accepted') accepted += 1;
    }),
    { numRuns: 2_000 },
  );
  expect(accepted).toBeGreaterThan(1_000);
});

it.each(Object.values(ACCEPTED_QUERIES).flat())('One reading: %s', (sql) => {
  expect(expectOneReading(sql)).toBe('accepted');
});

const rewritten: readonly (readonly [string, string, string])[] = [
  ['an escaped quote becomes a doubled one', "select 'it\\'s' from t", "select 'it''s' from t"],
  ['what Redshift takes for a string stays one', "select '\\' union select 1 --'", "select ''' union select 1 --'"],
  ['other escapes stay', "select 'a\\\\b\\n'", "select 'a\\\\b\\n'"],
  ['a dollar quote becomes a plain string', "select $$it's$$, 1", "select  'it''s' , 1"],
  ['a backslash in a dollar quote is a backslash', 'select $$a\\b$$', "select  'a\\\\b'"],
  ['two dollar quotes do not run together', "select $$it's$$'x'", "select  'it''s' 'x'"],
  ['a comment becomes blanks', 'select 1/*x*/,2--y\n,3', 'select 1     ,2   \n,3'],
  ['semicolons at the end go', 'select 1 ; ;\n', 'select 1'],
];
it.each(rewritten)('%s', (_what, sql, text) => {
  expect(judgeQuery(sql)).toMatchObject({ verdict: 'accepted', sql: text });
});
