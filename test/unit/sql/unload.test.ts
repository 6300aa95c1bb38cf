import fc from 'fast-check';
import { ColumnDelimiter, Compression, ContentType } from '../../../contract/formats.ts';
import { ExportOptions } from '../../../contract/jobs.ts';
import { judgeQuery } from '../../../core/sql/guard.ts';
import { buildUnload, unloadOptionProblems, type UnloadOptions } from '../../../core/sql/unload.ts';
import { decode, stringEnd } from './tokenizers.ts';

const role = 'arn:aws:iam::123456789012:role/unload';
const to = 's3://results/results/acme/01J/1/';

function unload(options: Partial<UnloadOptions> = {}): string {
  return buildUnload({ ...ExportOptions.parse({}), sql: 'select 1', to, iam_role: role, ...options });
}

const built: readonly (readonly [string, Partial<UnloadOptions>, string[]])[] = [
  ['CSV by default', {}, ['FORMAT AS CSV', 'HEADER', "DELIMITER AS ','", "EXTENSION 'csv'"]],
  [
    'CSV with all of its options',
    { compression: 'GZIP', column_delimiter: 'PIPE', null_as: "N'A\\", max_file_size_mb: 100, single_file: true },
    [
      'FORMAT AS CSV',
      'HEADER',
      "DELIMITER AS '|'",
      "NULL AS 'N''A\\\\'",
      'GZIP',
      "EXTENSION 'csv.gz'",
      'MAXFILESIZE AS 100 MB',
      'PARALLEL OFF',
    ],
  ],
  ['tabs', { column_delimiter: 'TAB' }, ['FORMAT AS CSV', 'HEADER', "DELIMITER AS '\\t'", "EXTENSION 'csv'"]],
  ['backquotes', { column_delimiter: 'BACKQUOTE' }, ['FORMAT AS CSV', 'HEADER', "DELIMITER AS '`'", "EXTENSION 'csv'"]],
  [
    'JSON without a header',
    { content_type: 'JSON', compression: 'ZSTD' },
    ['FORMAT AS JSON', 'ZSTD', "EXTENSION 'json.zst'"],
  ],
  [
    'JSON in bzip2',
    { content_type: 'JSON', compression: 'BZIP2' },
    ['FORMAT AS JSON', 'BZIP2', "EXTENSION 'json.bz2'"],
  ],
  ['Parquet with the extension of Redshift', { content_type: 'PARQUET' }, ['FORMAT AS PARQUET']],
  [
    'partitions by quoted names',
    { content_type: 'PARQUET', partition_by: ['day', 'Sales "Region"'] },
    ['FORMAT AS PARQUET', 'PARTITION BY ("day", "Sales ""Region""")'],
  ],
  [
    'a KMS key',
    { content_type: 'PARQUET', kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/1-2' },
    ['FORMAT AS PARQUET', "KMS_KEY_ID 'arn:aws:kms:us-east-1:123456789012:key/1-2'", 'ENCRYPTED'],
  ],
];
it.each(built)('UNLOAD writes %s', (_what, options, clauses) => {
  expect(unload(options).split('\n')).toEqual([
    "UNLOAD ('select 1')",
    `TO '${to}'`,
    `IAM_ROLE '${role}'`,
    ...clauses,
    'MANIFEST VERBOSE',
    'ALLOWOVERWRITE',
  ]);
});

it('The cluster’s default role is a keyword, no name', () => {
  expect(unload({ iam_role: 'default' })).toContain('\nIAM_ROLE default\n');
});

it('A statement of a run never deletes what is there', () => {
  expect(unload()).not.toMatch(/CLEANPATH/i);
});

it('The query is the literal of UNLOAD, whole, whatever is in it', () => {
  const query = fc.array(fc.constantFrom("'", '\\', "\\'", ') TO ', ';', '--', '$$', '"', 'x', '\n', '*/'), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(query, (parts) => {
      const sql = parts.join('');
      const statement = unload({ sql });
      const end = stringEnd(statement, 8, true) ?? -1;
      expect(stringEnd(statement, 8, false)).toBe(end);
      expect(statement.slice(end)).toMatch(/^\)\nTO 's3:/);
      expect(decode(statement, 8, end, true)).toBe(sql);
    }),
    { numRuns: 2_000 },
  );
});

const problems: readonly (readonly [Partial<ExportOptions>, string[]])[] = [
  [{ content_type: 'PARQUET', compression: 'GZIP' }, ['/compression']],
  [
    { content_type: 'PARQUET', compression: 'ZSTD', column_delimiter: 'TAB', null_as: 'x' },
    ['/compression', '/column_delimiter', '/null_as'],
  ],
  [{ content_type: 'JSON', column_delimiter: 'PIPE' }, ['/column_delimiter']],
  [{ content_type: 'JSON', null_as: '' }, ['/null_as']],
  [{ null_as: 'a,b' }, ['/null_as']],
  [{ null_as: 'a,b', column_delimiter: 'PIPE' }, []],
  [{ null_as: 'a\tb', column_delimiter: 'TAB' }, ['/null_as']],
  [{ null_as: '"' }, ['/null_as']],
  [{ null_as: 'a\nb' }, ['/null_as']],
  [{ null_as: '' }, []],
  [{ null_as: '\\N' }, []],
  [{ partition_by: ['a', 'A'] }, ['/partition_by/1']],
  [{ partition_by: ['é'.repeat(64)] }, ['/partition_by/0']],
  [{ partition_by: ['a'], single_file: true }, ['/single_file']],
];
it.each(problems)('%j is answered with pointers %j', (options, pointers) => {
  const found = unloadOptionProblems({ ...ExportOptions.parse({}), ...options });
  expect(found.map((problem) => problem.pointer)).toEqual(pointers);
  expect(found.every((problem) => problem.message.length > 0)).toBe(true);
});

const judged: readonly (readonly [string, Partial<ExportOptions>, string[]])[] = [
  ['select a, b from t', { partition_by: ['B'] }, []],
  ['select a, b from t', { partition_by: ['c'] }, ['/partition_by/0']],
  ['select a, b from t', { partition_by: ['a', 'b'] }, ['/partition_by']],
  ['select * from t', { partition_by: ['c'] }, []],
  ['select a, b as a from t', { content_type: 'JSON' }, ['/query']],
  ['select a, b as a from t', { content_type: 'PARQUET' }, ['/query']],
  ['select a, b as a from t', { content_type: 'CSV' }, []],
];
it.each(judged)('The columns of %s are held against %j', (sql, options, pointers) => {
  const verdict = judgeQuery(sql);
  if (verdict.verdict === 'refused') throw new Error(verdict.message);
  const found = unloadOptionProblems({ ...ExportOptions.parse({}), ...options }, verdict);
  expect(found.map((problem) => problem.pointer)).toEqual(pointers);
});

it('What unloadOptionProblems lets pass can be built, and what it names cannot, for every combination', () => {
  for (const content_type of ContentType.options) {
    for (const compression of Compression.options) {
      for (const column_delimiter of ColumnDelimiter.options) {
        for (const null_as of [undefined, '', 'NULL', ',']) {
          const options = {
            ...ExportOptions.parse({ content_type, compression, column_delimiter }),
            ...(null_as === undefined ? {} : { null_as }),
          };
          if (unloadOptionProblems(options).length > 0) expect(() => unload(options)).toThrow(RangeError);
          else expectAllowedTogether(unload(options));
        }
      }
    }
  }
});

/** The combinations that the developer guide forbids. */
function expectAllowedTogether(statement: string): void {
  const clauses = statement.slice(statement.indexOf('FORMAT AS'));
  if (clauses.includes('PARQUET')) expect(clauses).not.toMatch(/DELIMITER|NULL AS|HEADER|GZIP|BZIP2|ZSTD|EXTENSION/);
  if (clauses.includes('JSON')) expect(clauses).not.toMatch(/DELIMITER|NULL AS|HEADER/);
  expect(clauses).not.toMatch(/ESCAPE|ADDQUOTES|FIXEDWIDTH/);
}

const malformed: readonly (readonly [string, Partial<UnloadOptions>])[] = [
  ['a prefix that is none', { to: 'https://results/x' }],
  ['a prefix without a bucket', { to: 's3:///x' }],
  ['a prefix with a line break', { to: 's3://results/x\ny' }],
  ['a role that is none', { iam_role: "default' ALLOWOVERWRITE" }],
  ['a key that is none', { kms_key_id: "x' ENCRYPTED" }],
  ['a statement longer than the Data API takes', { sql: 'x'.repeat(100_000) }],
  ['a query with NUL', { sql: 'select \0' }],
];
it.each(malformed)('%s is a fault of the caller', (_what, options) => {
  expect(() => unload(options)).toThrow(RangeError);
});

it('The longest query that the guard accepts still fits with the longest options', () => {
  const sql = `select '${'x'.repeat(95_989)}'`;
  const verdict = judgeQuery(sql);
  expect(verdict).toMatchObject({ verdict: 'accepted', sql });
  const statement = unload({
    sql,
    to: `s3://${'b'.repeat(63)}/${'k'.repeat(512)}`,
    iam_role: `arn:aws:iam::123456789012:role/${'r'.repeat(512)}`,
    null_as: "'".repeat(32),
    partition_by: Array.from({ length: 8 }, (_, n) => `${'"'.repeat(126)}${n}`),
    kms_key_id: 'k'.repeat(256),
    max_file_size_mb: 6200,
  });
  expect(Buffer.byteLength(statement)).toBeLessThanOrEqual(100_000);
});
