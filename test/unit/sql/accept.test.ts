import fc from 'fast-check';
import { judgeQuery } from '../../../core/sql/guard.ts';
import { ACCEPTED_QUERIES } from './accepted-queries.ts';

describe('A query of Redshift is accepted', () => {
  describe.each(Object.entries(ACCEPTED_QUERIES))('%s', (_group, queries) => {
    it.each(queries)('%s', (sql) => {
      expect(judgeQuery(sql)).toMatchObject({ verdict: 'accepted' });
    });
  });
});

const leaf = fc.constantFrom('a', 't.b', '"C d"', '1', "'x''y'", 'null', 'count(*)', "date '2024-01-01'", 'x.y[0].z');
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '||', '=', ' and ', ' or ', ' is distinct from ', ' like ', '>='),
        tie('expression'),
      )
      .map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `not ${inner}`),
    tie('expression').map((inner) => `cast(${inner} as varchar(10))`),
    tie('expression').map((inner) => `(${inner})::decimal(10, 2)`),
    fc.tuple(tie('expression'), tie('expression')).map(([when, then]) => `case when ${when} then ${then} else 0 end`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `coalesce(${a}, ${b})`),
    tie('expression').map((inner) => `sum(${inner}) over (partition by ${inner} order by a)`),
    tie('expression').map((inner) => `(select max(q) from (select ${inner} as q from t) s)`),
    tie('expression').map((inner) => `${inner} in (select b from u)`),
  ),
}));
const clause = (name: string, body: fc.Arbitrary<string>) =>
  fc.option(body, { nil: undefined }).map((text) => (text === undefined ? '' : ` ${name} ${text}`));
const query = fc
  .tuple(
    fc.constantFrom('', 'with w as (select 1) ', 'with recursive r (n) as (select 1 union all select n + 1 from r) '),
    fc.constantFrom('', 'distinct ', 'top 3 '),
    fc.array(expression, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('t', 's.t u', '(select 1 as a) q', 'a join b on a.x = b.x', 't, t.items i', '(values (1)) v (a)'),
    clause('where', expression),
    clause('group by', expression),
    clause('having', expression),
    clause('qualify', expression),
    clause('order by', expression),
    clause('limit', fc.constantFrom('10', 'all')),
  )
  .map(
    ([ctes, quantifier, items, from, ...clauses]) =>
      `${ctes}select ${quantifier}${items.join(', ')} from ${from}${clauses.join('')}`,
  );

it('Any combination of clauses and expressions of the language is accepted, in one layout or another', () => {
  fc.assert(
    fc.property(query, fc.constantFrom(' ', '\n', '\r\n', '\t', ' /* ; */ ', ' -- ;\n'), (sql, gap) => {
      const laidOut = sql.replace(/ (?=(?:[^'"]*['"][^'"]*['"])*[^'"]*$)/g, gap);
      expect(judgeQuery(laidOut)).toMatchObject({ verdict: 'accepted' });
    }),
    { numRuns: 500 },
  );
});
