import { LoadOptions, ObjectName, objectNameParts } from '../../../contract/load.ts';
import { keyColumns, loadOptionProblems } from '../../../core/load/options.ts';

const mapping = (source_column: string, target_column = source_column) => ({ source_column, target_column });

it.each([
  ['sales.Orders', { schema: 'sales', table: 'orders' }],
  ['"My ""s"".x".t$1', { schema: 'My "s".x', table: 't$1' }],
  ['orders', undefined],
  ['a.b.c', undefined],
  ['a."b', undefined],
  ['a.b; drop table c', undefined],
  ['a.""', undefined],
  ["a.b'", undefined],
  [`a.${'x'.repeat(128)}`, undefined],
  ['a."b\nc"', undefined],
  ['1a.b', undefined],
])('%j as the name of a table', (text, parts) => {
  expect(objectNameParts(text)).toEqual(parts);
  expect(ObjectName.safeParse(text).success).toBe(parts !== undefined);
});

it('defaults are those of a plain CSV file', () => {
  expect(LoadOptions.parse({})).toEqual({
    content_type: 'CSV',
    compression: 'NONE',
    column_delimiter: 'COMMA',
    max_errors: 100_000,
    all_or_nothing: false,
  });
  expect(keyColumns({ external_id_field: 'a' })).toEqual(['a']);
});

it.each([
  ['insert', {}, []],
  ['insert', { external_id_field: 'a' }, ['/external_id_field']],
  ['update', {}, ['/external_id_field']],
  ['upsert', { external_id_field: ['a', 'A'] }, ['/external_id_field']],
  ['upsert', { external_id_field: 'a', column_mappings: [mapping('A')] }, []],
  ['update', { external_id_field: 'a', column_mappings: [mapping('A')] }, ['/column_mappings']],
  ['delete', { external_id_field: 'a', column_mappings: [mapping('b')] }, ['/column_mappings']],
  ['insert', { column_mappings: [mapping('b', 'x'), mapping('c', 'X')] }, ['/column_mappings/1/target_column']],
  ['insert', { content_type: 'PARQUET', compression: 'GZIP' }, ['/compression']],
  [
    'insert',
    { content_type: 'JSON', column_delimiter: 'TAB', line_ending: 'LF', null_as: '-' },
    ['/column_delimiter', '/line_ending', '/null_as'],
  ],
  ['insert', { null_as: 'a,b' }, ['/null_as']],
  ['insert', { null_as: 'a,b', column_delimiter: 'TAB' }, []],
  ['insert', { null_as: '"' }, ['/null_as']],
] as const)('%s with %j has problems at %j', (operation, options, pointers) => {
  const problems = loadOptionProblems(operation, LoadOptions.parse(options));
  expect(problems.map(({ pointer }) => pointer)).toEqual(pointers);
});
