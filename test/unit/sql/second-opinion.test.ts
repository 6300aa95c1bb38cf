import { Dialect, parse } from '@polyglot-sql/sdk';
import fc from 'fast-check';
import { judgeQuery } from '../../../core/sql/guard.ts';
import { ACCEPTED_QUERIES } from './accepted-queries.ts';

/**
 * Another parser of Redshift's SQL, written by others, reads what the guard accepted: whatever it makes of the text, it must
 * not find a statement that writes, a relation of the system, or a second statement.
 */
const QUERY_ROOTS = ['select', 'union', 'except', 'intersect', 'subquery', 'values'];
const WRITING_NODES =
  /^(?:insert|update|delete|merge|create\w*|drop\w*|alter\w*|truncate\w*|copy|command|set_statement|use|grant|revoke|call|execute|into|lock\w*|parameter|placeholder)$/;
const SYSTEM_NAME = /^(?:pg_|stl_|stv_|svl_|svv_|svcs_|information_schema$|sys_)/i;

type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Objects of the tree by the key they stand under; absent parts (null, false, empty) are left out. */
function* nodes(tree: Json, key = ''): Generator<[string, Json]> {
  if (tree === null || tree === undefined || tree === false || typeof tree !== 'object') return;
  if (Array.isArray(tree)) {
    for (const item of tree) yield* nodes(item, key);
    return;
  }
  yield [key, tree];
  for (const [name, value] of Object.entries(tree)) yield* nodes(value, name);
}

function nameOf(node: Json, part: string): string | undefined {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return undefined;
  const identifier = node[part];
  if (identifier === null || typeof identifier !== 'object' || Array.isArray(identifier)) return undefined;
  return typeof identifier.name === 'string' ? identifier.name : undefined;
}

/** What the other parser objects to; 'unread' when it cannot read the text at all. */
function objections(sql: string): string[] | 'unread' {
  const parsed = parse(sql, Dialect.Redshift);
  if (!parsed.success) return 'unread';
  const statements = asJson(parsed.ast);
  if (!Array.isArray(statements)) return 'unread';
  const found = statements.length === 1 ? [] : [`${statements.length} statements`];
  const root = Object.keys(statements[0] as object)[0] ?? '';
  if (!QUERY_ROOTS.includes(root)) found.push(`root ${root}`);
  for (const [key, node] of nodes(statements)) {
    if (WRITING_NODES.test(key)) found.push(key);
    if (key !== 'table') continue;
    const names = ['catalog', 'schema', 'name'].map((part) => nameOf(node, part)).filter((name) => name !== undefined);
    const system =
      names.length === 1 || SYSTEM_NAME.test(names.at(-2) ?? '') ? names.some((name) => SYSTEM_NAME.test(name)) : false;
    if (system) found.push(`relation ${names.join('.')}`);
  }
  return found;
}

const all = Object.values(ACCEPTED_QUERIES).flat();

it('The other parser objects to nothing in the queries that must pass, and reads nearly all of them', () => {
  const opinions = all.map((sql) => {
    const verdict = judgeQuery(sql);
    return verdict.verdict === 'accepted' ? objections(verdict.sql) : ['refused'];
  });
  expect(opinions.filter((opinion) => opinion !== 'unread').flat()).toEqual([]);
  expect(opinions.filter((opinion) => opinion === 'unread').length).toBeLessThan(all.length / 20);
});

const intruder = fc.constantFrom(
  ...[
    'delete from t',
    'drop table t',
    'insert into t',
    'update t set a = 1',
    'into x',
    'for update',
    'pg_user',
    'pg_catalog.t',
  ],
  ...[
    'information_schema.tables',
    'from',
    'select',
    'union',
    'with',
    'a',
    ',',
    '(',
    ')',
    ';',
    "'",
    '"',
    "\\'",
    '--',
    '/*',
    '*/',
    '$$',
  ],
  ...[
    '\n',
    'as',
    'join',
    '$1',
    ':p',
    '?',
    "'x.csv'",
    'stl_query',
    'sys_query_history',
    'truncate t',
    'call p()',
    'e',
    'set',
    '\\',
  ],
);
const mutation = fc.record({ at: fc.nat(40), replaces: fc.nat(2), text: intruder });
const mutant = fc
  .tuple(fc.constantFrom(...all), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([sql, mutations]) => {
    const words = sql.split(/(?<=[ ,()])|(?=[ ,()])/);
    for (const { at, replaces, text } of mutations) words.splice(at % (words.length + 1), replaces, ` ${text} `);
    return words.join('');
  });

it('Whatever is put into a query, the other parser objects to nothing that the guard lets pass', () => {
  let read = 0;
  fc.assert(
    fc.property(mutant, (sql) => {
      const verdict = judgeQuery(sql);
      if (verdict.verdict === 'refused') return;
      const opinion = objections(verdict.sql);
      if (opinion === 'unread') return;
      read += 1;
      expect(opinion).toEqual([]);
    }),
    { numRuns: 4_000 },
  );
  expect(read).toBeGreaterThan(80);
});

it('The other parser does object to what it should', () => {
  for (const sql of [
    'select 1; select 2',
    'delete from t',
    'with a as (delete from t) select 1',
    'select * from pg_user',
    'drop table t',
  ]) {
    const opinion = objections(sql);
    expect(opinion === 'unread' ? [] : opinion).not.toEqual([]);
  }
});
