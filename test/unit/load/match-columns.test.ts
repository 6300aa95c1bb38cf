import { matchColumns, type MatchSpec } from '../../../core/load/match-columns.ts';
import { TEXT, typeText } from '../../../core/load/redshift-type.ts';
import type { SourceFile } from '../../../core/load/source.ts';
import { targetType, type TargetColumn } from '../../../core/load/target.ts';
import { judgeTransforms } from '../../../core/load/transform.ts';
import { refused } from './refused.ts';

const column = (name: string, more: Partial<TargetColumn> = {}): TargetColumn => ({
  name,
  type: 'integer',
  nullable: true,
  has_default: false,
  ...more,
});
const file = (names: readonly string[], number = 1, layout: SourceFile['layout'] = 'csv'): SourceFile => ({
  number,
  layout,
  columns: names.map((name) => ({ name, type: TEXT })),
});
const target = [column('id', { nullable: false }), column('a'), column('b')];
const match = (more: Partial<MatchSpec>) =>
  matchColumns({ operation: 'upsert', keys: ['id'], files: [file(['A', 'ID'])], target, ...more });
const pairs = (more: Partial<MatchSpec>) => {
  const { columns, fills } = match(more);
  return fills.map(({ target: name, source, key }) => `${columns[source]?.name ?? ''}>${name}${key ? '*' : ''}`);
};

it('columns go by equal name, keys first', () => {
  expect(pairs({})).toEqual(['ID>id*', 'A>a']);
  expect(pairs({ operation: 'delete', files: [file(['x', 'id', 'a'])] })).toEqual(['id>id*']);
  expect(pairs({ files: [file(['id', 'a']), file(['A', 'ID'], 2)] })).toEqual(['id>id*', 'a>a']);
  expect(pairs({ files: [file(['id'], 1, 'lines'), file(['ID', 'b'], 2, 'array')] })).toEqual(['id>id*', 'b>b']);
});

it('with mappings, other columns are left alone', () => {
  const mappings = [
    { source_column: 'X', target_column: 'A' },
    { source_column: 'x', target_column: 'id', transform: 'x || Y' },
  ];
  const transforms = judgeTransforms(mappings);
  expect(pairs({ mappings, transforms, files: [file(['x', 'y', 'z'])] })).toEqual(['x>id*', 'x>a']);
});

const mapped = (source_column: string, target_column: string, transform = source_column) => {
  const mappings = [
    { source_column: 'id', target_column: 'id' },
    { source_column, target_column, transform },
  ];
  return { mappings, transforms: judgeTransforms(mappings), files: [file(['id', 'a'])] };
};
const numbers = (type: 'integer' | 'date'): SourceFile => ({
  number: 2,
  layout: 'parquet',
  columns: [
    { name: 'id', type: { kind: 'integer' } },
    { name: 'a', type: { kind: type } },
  ],
});

it.each<[string, Partial<MatchSpec>, string, string]>([
  ['a file column that no table column is for', { files: [file(['id', 'zz'])] }, 'COLUMN_UNKNOWN', '"zz"'],
  ['a table column that is not there', mapped('a', 'zz'), 'COLUMN_UNKNOWN', '"zz"'],
  ['a mapped column that the file has not', mapped('zz', 'a'), 'COLUMN_MISSING', '"zz"'],
  ['a transform of a column that the file has not', mapped('a', 'b', 'a || zz'), 'COLUMN_MISSING', '"zz"'],
  ['no key column in the file', { files: [file(['a'])] }, 'COLUMN_MISSING', '"id"'],
  ['a key that the table has not', { keys: ['zz'] }, 'COLUMN_UNKNOWN', '"zz"'],
  ['a key that no object shows', { files: [file(['a'], 1, 'lines')] }, 'COLUMN_MISSING', 'first 64 KB'],
  ['an update of keys alone', { operation: 'update', files: [file(['id'])] }, 'COLUMN_MISSING', 'only key columns'],
  [
    'a NOT NULL column left out',
    { target: [...target, column('must', { nullable: false })] },
    'COLUMN_MISSING',
    '"must"',
  ],
  [
    'a SUPER column',
    { target: [target[0] ?? column(''), column('a', { type: 'super' })] },
    'COLUMN_UNSUPPORTED',
    'SUPER',
  ],
  ['an identity column', { target: [column('id', { identity: true }), column('a')] }, 'COLUMN_UNSUPPORTED', 'identity'],
  [
    'files of other columns',
    { files: [file(['id', 'a']), file(['id'], 2)] },
    'COLUMN_MISSING',
    'File 2 has no column "a"',
  ],
  [
    'files of more columns',
    { files: [file(['id']), file(['id', 'a'], 2)] },
    'COLUMN_MISSING',
    'File 1 has no column "a"',
  ],
  ['files of other types', { files: [numbers('integer'), numbers('date')] }, 'FILE_FORMAT_MISMATCH', 'as DATE'],
  ['a date for a number', { files: [numbers('date')] }, 'COLUMN_UNSUPPORTED', 'is DATE'],
  ['no file', { files: [] }, 'FILE_EMPTY', 'No file'],
])('%s is refused, by name', (_what, more, code, words) => {
  const { code: told, message } = refused(() => match(more));
  expect(told).toBe(code);
  expect(message).toContain(words);
});

it('what fills itself need not be filled', () => {
  const more = [column('x', { nullable: false, has_default: true }), column('y', { nullable: false, identity: true })];
  expect(pairs({ target: [...target, ...more] })).toEqual(['ID>id*', 'A>a']);
  expect(pairs({ operation: 'update', target: [...target, column('must', { nullable: false })] })).toHaveLength(2);
});

it.each([
  [{ type: 'int4' }, 'INTEGER'],
  [{ type: 'numeric', precision: 12, scale: 2 }, 'DECIMAL(12,2)'],
  [{ type: 'numeric(9,3)' }, 'DECIMAL(9,3)'],
  [{ type: 'character varying', length: 10 }, 'VARCHAR(10)'],
  [{ type: 'character varying(20)' }, 'VARCHAR(20)'],
  [{ type: 'varchar', length: 0 }, 'VARCHAR(65535)'],
  [{ type: 'bpchar', length: 3 }, 'CHAR(3)'],
  [{ type: 'FLOAT8' }, 'DOUBLE PRECISION'],
  [{ type: 'timestamp without time zone', length: 29 }, 'TIMESTAMP'],
  [{ type: 'timestamp(6) with time zone' }, 'TIMESTAMPTZ'],
  [{ type: 'toString' }, undefined],
  [{ type: 'timestamptz' }, 'TIMESTAMPTZ'],
  [{ type: 'super' }, undefined],
  [{ type: 'varbyte' }, undefined],
  [{ type: 'geometry' }, undefined],
  [{ type: 'hllsketch' }, undefined],
  [{ type: 'interval day to second' }, undefined],
])('the column type %j is %s', (more, expected) => {
  const type = targetType(column('c', more));
  expect(type && typeText(type)).toBe(expected);
});
