/** Queries whose text or form has broken exporters, and the rows that they must give. */
export const queries: readonly (readonly [hazard: string, query: string, rows: readonly Record<string, unknown>[]])[] =
  [
    ['a quote in a string', `SELECT 'O''Brien' AS a`, [{ a: "O'Brien" }]],
    ['quotes alone', `SELECT '''' AS a, '''''' AS b`, [{ a: "'", b: "''" }]],
    [
      'a semicolon and keywords in a string',
      `SELECT '; DROP TABLE t; DELETE FROM t --' AS a`,
      [{ a: '; DROP TABLE t; DELETE FROM t --' }],
    ],
    [
      'the end of UNLOAD in a string',
      `SELECT ''') TO ''s3://elsewhere/'' --' AS a`,
      [{ a: `') TO 's3://elsewhere/' --` }],
    ],
    ['backslashes in a string', String.raw`SELECT 'a\\b\\\\c' AS a, '\\' AS b`, [{ a: String.raw`a\b\\c`, b: '\\' }]],
    ['escapes in a string', String.raw`SELECT 'a\tb\nc\'d' AS a`, [{ a: "a\tb\nc'd" }]],
    ['a dollar-quoted string', `SELECT $$it's "so" \\ $$ AS a, $x$ $$ $x$ AS b`, [{ a: `it's "so" \\ `, b: ' $$ ' }]],
    ['comment marks in a string', `SELECT '/* no */ -- comment' AS a`, [{ a: '/* no */ -- comment' }]],
    ['comments all over', `/* SELECT 2; /* nested */ */ SELECT 1 -- DROP; '\n AS a /* ' */`, [{ a: 1 }]],
    ['a trailing semicolon and line comment', `SELECT 1 AS a; -- the end'`, [{ a: 1 }]],
    ['a trailing line comment and LIMIT', `SELECT n FROM numbers ORDER BY n LIMIT 2 -- only two`, [{ n: 1 }, { n: 2 }]],
    ['LIMIT and OFFSET at the outside', `SELECT n FROM numbers ORDER BY n LIMIT 2 OFFSET 1;`, [{ n: 2 }, { n: 3 }]],
    ['TOP', `SELECT TOP 1 n FROM numbers ORDER BY n DESC`, [{ n: 4 }]],
    ['LIMIT in a subquery only', `SELECT SUM(n) AS s FROM (SELECT n FROM numbers ORDER BY n LIMIT 3) AS t`, [{ s: 6 }]],
    [
      'CTEs that use each other',
      `WITH a AS (SELECT n FROM numbers WHERE n > 2), b AS (SELECT n * 10 AS m FROM a) SELECT m FROM b ORDER BY m`,
      [{ m: 30 }, { m: 40 }],
    ],
    ['UNION', `SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 2 ORDER BY a`, [{ a: 1 }, { a: 2 }]],
    ['UNION under LIMIT', `(SELECT 2 AS a UNION ALL SELECT 1) ORDER BY a LIMIT 1`, [{ a: 1 }]],
    [
      'INTERSECT and EXCEPT',
      `(SELECT n FROM numbers INTERSECT SELECT 2) UNION ALL (SELECT n FROM numbers WHERE n < 3 EXCEPT SELECT 2) ORDER BY n`,
      [{ n: 1 }, { n: 2 }],
    ],
    [
      'a window function',
      `SELECT n, SUM(n) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM numbers ORDER BY n`,
      [
        { n: 1, s: 1 },
        { n: 2, s: 3 },
        { n: 3, s: 6 },
        { n: 4, s: 10 },
      ],
    ],
    ['QUALIFY', `SELECT n FROM numbers QUALIFY ROW_NUMBER() OVER (ORDER BY n DESC) = 1`, [{ n: 4 }]],
    ['names in other scripts', `SELECT "größe" AS "größe", "größe" + 1 AS "数" FROM "データ"`, [{ größe: 7, 数: 8 }]],
    ['columns named as keywords', `SELECT 1 AS "select", 2 AS "from", 3 AS "a b"`, [{ select: 1, from: 2, 'a b': 3 }]],
    ['a column with a quote in its name', `SELECT 1 AS "say ""hi"" it's"`, [{ 'say "hi" it\'s': 1 }]],
    ['astral characters', `SELECT '😀𝒳' AS a, LEN('😀𝒳') AS n`, [{ a: '😀𝒳', n: 2 }]],
    ['Windows line ends', `SELECT 1 AS a -- one\r\n, 2 AS b\r\n`, [{ a: 1, b: 2 }]],
    [
      'CASE, CAST and ::',
      `SELECT CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END AS p, COUNT(*)::INT AS c FROM numbers GROUP BY 1 ORDER BY 1`,
      [
        { p: 'even', c: 2 },
        { p: 'odd', c: 2 },
      ],
    ],
    [
      'functions of Redshift only',
      `SELECT NVL(NULL, 5) AS a, DATEADD(day, 1, '2024-02-28'::DATE)::DATE AS b, LISTAGG(n, '|') WITHIN GROUP (ORDER BY n) AS c FROM numbers`,
      [{ a: 5, b: '2024-02-29', c: '1|2|3|4' }],
    ],
  ];

/** Queries that fail in the warehouse: code, SQLSTATE, and where in the text as it was sent. */
export const failures: readonly (readonly [hazard: string, query: string, error: object, at: string | undefined])[] = [
  [
    'a column that is not there',
    'SELECT n, nope FROM numbers',
    { code: 'QUERY_ERROR', category: 'validation', details: { sql_state: '42703' } },
    'nope',
  ],
  [
    'a column that is not there, in a query that is wrapped',
    'SELECT n,\n  nope FROM numbers ORDER BY n LIMIT 3',
    { code: 'QUERY_ERROR', category: 'validation', details: { sql_state: '42703' } },
    'nope',
  ],
  [
    'a position behind a comment and an escape',
    String.raw`SELECT /* 'x' */ 'it\'s \\' AS a, nope FROM numbers`,
    { code: 'QUERY_ERROR', details: { sql_state: '42703' } },
    'nope',
  ],
  [
    'a position behind dollar-quoted strings',
    String.raw`SELECT $$it's 'so'\$$ AS a, $x$'$x$ AS b, nope FROM numbers LIMIT 1`,
    { code: 'QUERY_ERROR', details: { sql_state: '42703' } },
    'nope',
  ],
  [
    'a table that is not there',
    'SELECT * FROM missing',
    { code: 'RELATION_NOT_FOUND', category: 'resource', details: { sql_state: '42P01' } },
    'missing',
  ],
  [
    'a function that is not there',
    'SELECT no_such_function(n) FROM numbers',
    { code: 'QUERY_ERROR', details: { sql_state: '42883' } },
    undefined,
  ],
  [
    'a division by zero',
    'SELECT 1 / (n - n) AS a FROM numbers',
    { code: 'QUERY_ERROR', category: 'validation', details: { sql_state: '22012' } },
    undefined,
  ],
  [
    'a text that is no number',
    `SELECT CAST('abc' || n AS INT) AS a FROM numbers`,
    { code: 'QUERY_ERROR', category: 'validation', details: { sql_state: '22P02' } },
    undefined,
  ],
  [
    'a column that is not grouped',
    'SELECT n, COUNT(*) AS c FROM numbers',
    { code: 'QUERY_ERROR', category: 'validation', details: { sql_state: '42803' } },
    undefined,
  ],
];

/** Queries that are not taken at all: the rule and the text at fault. */
export const refusals: readonly (readonly [query: string, reason: string, at: string | undefined])[] = [
  ['DROP TABLE numbers', 'SQL_NOT_A_QUERY', 'DROP'],
  ['CREATE TABLE t (a INT)', 'SQL_NOT_A_QUERY', 'CREATE'],
  ['INSERT INTO numbers VALUES (1)', 'SQL_NOT_A_QUERY', 'INSERT'],
  ['DELETE FROM numbers', 'SQL_NOT_A_QUERY', 'DELETE'],
  ['UPDATE numbers SET n = 1', 'SQL_NOT_A_QUERY', 'UPDATE'],
  [`COPY numbers FROM 's3://b/k' IAM_ROLE default`, 'SQL_NOT_A_QUERY', 'COPY'],
  [`UNLOAD ('SELECT 1') TO 's3://b/k' IAM_ROLE default`, 'SQL_NOT_A_QUERY', 'UNLOAD'],
  ['SELECT 1; SELECT 2', 'SQL_MULTIPLE_STATEMENTS', 'SELECT 2'],
  ['SELECT 1; /* ; */ DROP TABLE numbers', 'SQL_MULTIPLE_STATEMENTS', 'DROP'],
  ['SELECT n INTO t FROM numbers', 'SQL_SELECT_INTO', 'INTO'],
  ['SELECT n FROM numbers FOR UPDATE', 'SQL_LOCK_DENIED', 'FOR'],
  ['SELECT * FROM pg_catalog.pg_user', 'SQL_SYSTEM_RELATION', 'pg_catalog'],
  ['SELECT * FROM "PG_User"', 'SQL_SYSTEM_RELATION', '"PG_User"'],
  ['SELECT * FROM information_schema.tables', 'SQL_SYSTEM_RELATION', 'information_schema'],
  [
    'SELECT * FROM numbers WHERE n IN (SELECT query_id FROM sys_query_history)',
    'SQL_SYSTEM_RELATION',
    'sys_query_history',
  ],
  [`SELECT * FROM read_csv('/etc/passwd')`, 'SQL_FUNCTION_DENIED', 'read_csv'],
  [`SELECT * FROM read_text('/etc/passwd')`, 'SQL_FUNCTION_DENIED', 'read_text'],
  [`SELECT * FROM '/etc/passwd'`, 'SQL_FILE_RELATION', `'/etc/passwd'`],
  [`SELECT * FROM "secrets.parquet"`, 'SQL_FILE_RELATION', '"secrets.parquet"'],
  [`SELECT pg_terminate_backend(1)`, 'SQL_FUNCTION_DENIED', 'pg_terminate_backend'],
  [`SELECT getenv('AWS_SECRET_ACCESS_KEY')`, 'SQL_FUNCTION_DENIED', 'getenv'],
  ['SELECT n FROM numbers WHERE n = ?', 'SQL_PARAMETER', '?'],
  [`SELECT '😀' AS a FROM pg_user`, 'SQL_SYSTEM_RELATION', 'pg_user'],
  [`SELECT 'unclosed`, 'SQL_SYNTAX_ERROR', `'unclosed`],
  ['SELECT n FROM numbers WHERE', 'SQL_SYNTAX_ERROR', undefined],
  ['-- nothing\n;', 'SQL_EMPTY', undefined],
];
