import fc from 'fast-check';
import { LoadOptions, type LoadOperation } from '../../../contract/load.ts';
import { planLoad, type LoadSpec } from '../../../core/load/plan.ts';
import { TEXT } from '../../../core/load/redshift-type.ts';
import type { SourceFile } from '../../../core/load/source.ts';
import { stepOf } from '../../../core/load/statement.ts';
import type { TargetColumn } from '../../../core/load/target.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import { quotedIdentifier } from '../../../core/sql/literal.ts';
import { landmarks, READERS } from '../sql/tokenizers.ts';
import { refused } from './refused.ts';

const role = 'arn:aws:iam::123456789012:role/load';
const layouts = { CSV: 'csv', JSON: 'lines', PARQUET: 'parquet' } as const;

type Asked = {
  readonly names: readonly string[];
  readonly operation?: LoadOperation;
  readonly files?: number;
  readonly options?: Partial<LoadOptions>;
  readonly target?: readonly TargetColumn[];
  readonly object?: string;
};

function plan({ names, operation = 'insert', files = 1, options: some, target, object = 's.t' }: Asked): string[] {
  const options = LoadOptions.parse(some ?? {});
  const source = (number: number): SourceFile => ({
    number,
    layout: layouts[options.content_type],
    columns: names.map((name) => ({ name, type: TEXT })),
  });
  const spec: LoadSpec = {
    job_id: '01JZ8000000000000000000000',
    operation,
    object,
    options,
    files: Array.from({ length: files }, (_, at) => ({
      source: source(at + 1),
      url: `s3://up/uploads/a/b/000${at + 1}`,
    })),
    target: target ?? names.map((name) => ({ name, type: 'integer', nullable: false, has_default: false })),
    load_schema: 'spectra',
    prefix: 's3://results/results/a/b/1/',
    iam_role: role,
  };
  return planLoad(spec).statements;
}

const steps = (statements: readonly string[]): (string | undefined)[] => statements.map(stepOf);
const step = (statements: readonly string[], name: string): string =>
  statements.find((sql) => stepOf(sql) === name) ?? '';
const middle = ['lines', 'columns', 'column_names', 'values'];
const keyed = ['duplicates', 'reject_duplicates', 'known'];
const unloads = ['failed', 'good', 'max_errors'];
const file = (number: number) => [`stage_${number}`, `copy_${number}`, `errors_${number}`];

it.each<[LoadOperation, string[]]>([
  ['insert', [...middle, ...unloads, 'apply']],
  ['update', [...middle, ...keyed, 'reject_missing', ...unloads, 'apply']],
  ['upsert', [...middle, ...keyed, ...unloads, 'source', 'apply']],
  ['delete', [...middle, ...keyed, 'reject_missing', ...unloads, 'apply']],
])('%s marks, reads, checks, tells, guards and only then applies', (operation, rest) => {
  const options = operation === 'insert' ? {} : { external_id_field: 'a' };
  expect(steps(plan({ names: ['a', 'b'], operation, files: 2, options }))).toEqual([
    'marker',
    'rejected',
    ...file(1),
    ...file(2),
    ...rest,
  ]);
});

it('Parquet has no rows that COPY rejects, nor does it take MAXERROR', () => {
  const statements = plan({ names: ['a'], options: { content_type: 'PARQUET' } });
  expect(steps(statements)).toEqual([
    ...['marker', 'rejected', 'stage_1', 'copy_1', ...middle],
    ...[...unloads, 'apply'],
  ]);
  expect(step(statements, 'copy_1')).toBe(
    `/* spectra:copy_1 */ COPY in_1 ("a") FROM 's3://up/uploads/a/b/0001' IAM_ROLE '${role}' FORMAT AS PARQUET`,
  );
});

it.each<[Partial<LoadOptions>, string]>([
  [{}, "FORMAT AS CSV DELIMITER AS ',' IGNOREHEADER 1 EMPTYASNULL MAXERROR 100000"],
  [
    { column_delimiter: 'TAB', null_as: "\\N'", compression: 'GZIP' },
    String.raw`FORMAT AS CSV DELIMITER AS '\t' IGNOREHEADER 1 NULL AS '\\N''' GZIP MAXERROR 100000`,
  ],
  [{ content_type: 'JSON', compression: 'ZSTD' }, "FORMAT AS JSON 'auto ignorecase' ZSTD MAXERROR 100000"],
])('COPY with %j', (options, clauses) => {
  const target = ['a', 'B c'].map((name) => ({ name, type: 'text', nullable: true, has_default: false }));
  const sql = step(plan({ names: ['a', 'B c'], options, target }), 'copy_1');
  expect(sql).toBe(
    `/* spectra:copy_1 */ COPY in_1 ("a", "B c") FROM 's3://up/uploads/a/b/0001' IAM_ROLE '${role}' ${clauses}`,
  );
});

const ragged = (type: string, nullable: boolean, options: Partial<LoadOptions>, operation?: LoadOperation) => {
  const target = ['a', 'b'].map((name) => ({ name, type, nullable: nullable || name === 'a', has_default: false }));
  return step(plan({ names: ['a', 'b'], target, options, ...(operation && { operation }) }), 'copy_1').includes(
    'FILLRECORD',
  );
};

it.each<[string, boolean, boolean]>([
  ['takes no NULL', true, ragged('text', false, {})],
  ['takes NULL', false, ragged('integer', true, {})],
  ['is a key', true, ragged('text', true, { external_id_field: ['a', 'b'] }, 'upsert')],
  ['is text that is empty, by null_as', false, ragged('text', false, { null_as: 'NULL' })],
  ['is no text and not NULL when empty, by null_as', true, ragged('integer', true, { null_as: 'NULL' })],
  ['takes no NULL, in JSON', false, ragged('text', false, { content_type: 'JSON' })],
  [
    'is made by a transform',
    false,
    ragged('integer', false, {
      column_mappings: [
        { source_column: 'a', target_column: 'a' },
        { source_column: 'b', target_column: 'b', transform: "nvl(b, '0')" },
      ],
    }),
  ],
])('short rows are only let through where the last column %s', (_what, expected, is) => {
  expect(is).toBe(expected);
});

it('the columns of ours for fields beyond the header are called as no column of the files, whatever its case', () => {
  const statements = plan({ names: ['_EXTRA_X1', '_extra_x11', 'b'] });
  expect(step(statements, 'copy_1')).toContain('("_EXTRA_X1", "_extra_x11", "b", "_extra_x12", "_extra_x2", ');
  expect(step(statements, 'stage_1')).toContain('"_extra_x12" VARCHAR(16000), "_extra_x2" VARCHAR(16000)');
});

it('the marker is one table a job, whichever the run', () => {
  expect(plan({ names: ['a'] })[0]).toBe(
    '/* spectra:marker */ CREATE TABLE "spectra"."load_01jz8000000000000000000000" (attempt INTEGER)',
  );
});

it('no name of ours is one of the files’ or of the table', () => {
  const names = ['_id', '_LINE', '_file1', '_error', 's1', 'n'];
  const statements = plan({ names, operation: 'delete', object: 's.staged', options: { external_id_field: '_id' } });
  expect(step(statements, 'stage_1')).toContain('("_id1" BIGINT IDENTITY(1,1), "_id" VARCHAR(65535)');
  expect(step(statements, 'good')).toContain('AS "_line1"');
  expect(step(statements, 'failed')).toContain('AS "_error1"');
  expect(step(statements, 'apply')).toBe(
    '/* spectra:apply */ DELETE FROM "s"."staged" USING staged1 WHERE "staged"."_id" = staged1.t1 AND staged1.why IS NULL',
  );
});

const wide = (count: number, length: number) =>
  Array.from({ length: count }, (_, at) => `column_${at}_`.padEnd(length, 'x'));

it.each(['CSV', 'JSON', 'PARQUET'] as const)(
  '200 columns with all checks and 8 %s files fit, names long too',
  (content_type) => {
    const names = wide(200, 60);
    const target = names.map((name) => ({ name, type: 'bpchar', length: 10, nullable: false, has_default: false }));
    const options = { content_type, external_id_field: names.slice(0, 8) };
    const statements = plan({ names, operation: 'upsert', files: 8, options, target });
    expect(statements.length).toBeLessThanOrEqual(40);
    expect(Math.max(...statements.map((sql) => Buffer.byteLength(sql)))).toBeLessThanOrEqual(100_000);
  },
);

it('what does not fit is refused as such, not cut', () => {
  expect(refused(() => plan({ names: wide(1_000, 120) })).code).toBe('LOAD_TOO_WIDE');
  expect(refused(() => plan({ names: wide(1_000, 20) })).code).toBe('LOAD_TOO_WIDE');
});

it('no name closes an identifier or a literal: the marks of each statement are those that plain names give', () => {
  const text = fc
    .array(fc.constantFrom('"', "'", '\\', "\\'", '--', '/*', '*/', ';', ')', ' x', 'é', '$$', '""'), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => parts.join(''));
  const operations = fc.constantFrom<LoadOperation>('insert', 'update', 'upsert', 'delete');
  fc.assert(
    fc.property(text, text, text, operations, (first, second, table, operation) => {
      const names = [`a${first}`, `b${second}`];
      const make = (own: readonly string[], object: string) =>
        plan({
          names: own,
          object,
          operation,
          options: operation === 'insert' ? {} : { external_id_field: own[0] ?? '' },
        });
      const plain = make(['a', 'b'], '"s"."t"');
      const hostile = make(names, `"s".${quotedIdentifier(`t${table}`)}`);
      const kinds = (sql: string, reader: (typeof READERS)[number]) =>
        landmarks(sql.replaceAll('""', '  '), reader).map((mark) => mark.split(' ')[0]);
      hostile.forEach((sql, index) => {
        for (const reader of READERS) expect(kinds(sql, reader)).toEqual(kinds(plain[index] ?? '', reader));
      });
    }),
    { numRuns: 300 },
  );
});

it('transforms are run as they were judged, on columns by number', () => {
  const column_mappings = [{ source_column: 'a', target_column: 'a', transform: "upper(A) || 'it''s' -- c" }];
  const statements = plan({ names: ['a'], options: { column_mappings } });
  expect(step(statements, 'values')).toContain("SELECT q0.*, upper(s1) || 'it''s' AS r1 FROM");
  const unjudged = [{ source_column: 'a', target_column: 'a', transform: 'max(a)' }];
  expect(() => plan({ names: ['a'], options: { column_mappings: unjudged } })).toThrow(ProblemError);
});

it.each([
  ['int4', "TRY_CAST(NULLIF(TRIM(s1), '') AS INTEGER) AS t1", 'WHEN s1 IS NOT NULL AND t1 IS NULL THEN 11'],
  [
    'bool',
    "CASE WHEN LOWER(TRIM(s1)) IN ('t','true','y','yes','1') THEN TRUE",
    'WHEN s1 IS NOT NULL AND t1 IS NULL THEN 11',
  ],
  [
    'bpchar(4)',
    'CASE WHEN LENGTH(s1) = OCTET_LENGTH(s1) THEN CAST(s1 AS CHAR(4)) END AS t1',
    'WHEN OCTET_LENGTH(s1) > 4 THEN 13',
  ],
  ['varchar(9)', 's1', 'WHEN OCTET_LENGTH(s1) > 9 THEN 13'],
])('a value for %s', (type, conversion, check) => {
  const target = [{ name: 'a', type, nullable: false, has_default: false }];
  const sql = step(plan({ names: ['a'], target }), 'values');
  expect(sql).toContain(conversion);
  expect(sql).toContain(check);
  expect(sql).toContain('WHEN s1 IS NULL THEN 12');
});
