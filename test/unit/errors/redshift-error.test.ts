import { JobError } from '../../../contract/jobs.ts';
import { mapRedshiftError, userPosition } from '../../../core/errors/redshift-error.ts';
import { judgeQuery } from '../../../core/sql/guard.ts';

type Row = readonly [
  text: string,
  code: string,
  category: JobError['category'],
  retryable: boolean,
  sql_state?: string,
];

const box = (error: string, code: number) =>
  `ERROR: ${error}\n  Detail: \n  -----------------------------------------------\n  error:  ${error}\n  code:      ${code}\n  context:   \n  query:     4711\n  location:  step_common.cpp:1165\n  process:   padbmaster [pid=1]\n  -----------------------------------------------\n`;

const rows: readonly Row[] = [
  ['ERROR: column "x" does not exist in t', 'QUERY_ERROR', 'validation', false, '42703'],
  ['ERROR: column "nope" does not exist in t\n  Position: 8 [42703]', 'QUERY_ERROR', 'validation', false, '42703'],
  ['ERROR: column reference "id" is ambiguous', 'QUERY_ERROR', 'validation', false, '42703'],
  ['ERROR: column "disk full" does not exist in t', 'QUERY_ERROR', 'validation', false, '42703'],
  ['ERROR: column "S3ServiceException Access Denied" does not exist', 'QUERY_ERROR', 'validation', false, '42703'],
  ['ERROR: syntax error at or near "form" Position: 1023', 'QUERY_ERROR', 'validation', false, '42601'],
  ['ERROR: syntax error at end of input\n  Position: 22 [42601]', 'QUERY_ERROR', 'validation', false, '42601'],
  ['ERROR: function foo(integer) does not exist [SQLSTATE 42883]', 'QUERY_ERROR', 'validation', false, '42883'],
  ['ERROR: operator does not exist: integer ~~ boolean', 'QUERY_ERROR', 'validation', false, '42883'],
  ['ERROR: type "e" does not exist', 'QUERY_ERROR', 'validation', false, '42704'],
  [
    'ERROR: column "t.a" must appear in the GROUP BY clause or be used in an aggregate function',
    'QUERY_ERROR',
    'validation',
    false,
    '42803',
  ],
  ['ERROR: division by zero', 'QUERY_ERROR', 'validation', false, '22012'],
  [box("Invalid digit, Value 'a', Pos 0, Type: Integer", 1207), 'QUERY_ERROR', 'validation', false, '22000'],
  ['ERROR: Limit clause is not supported', 'QUERY_ERROR', 'validation', false, '0A000'],
  ['ERROR: relation "sales" does not exist', 'RELATION_NOT_FOUND', 'resource', false, '42P01'],
  [
    'ERROR: relation "nowhere.sales" does not exist\n  Position: 15 [42P01]',
    'RELATION_NOT_FOUND',
    'resource',
    false,
    '42P01',
  ],
  ['ERROR: schema "nowhere" does not exist', 'RELATION_NOT_FOUND', 'resource', false, '3F000'],
  ['ERROR: Table 4711 dropped by concurrent transaction', 'RELATION_NOT_FOUND', 'resource', false, '42P01'],
  ['FATAL: database "prod" does not exist', 'DATABASE_NOT_FOUND', 'resource', false, '3D000'],
  ['ERROR: permission denied for relation sales', 'PERMISSION_DENIED', 'permission', false, '42501'],
  ['ERROR: permission denied for relation socket [42501]', 'PERMISSION_DENIED', 'permission', false, '42501'],
  ['ERROR: permission denied for schema mart', 'PERMISSION_DENIED', 'permission', false, '42501'],
  [
    box('S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid X,ExtRid Y,CanRetry 1', 8001),
    'S3_ACCESS_DENIED',
    'permission',
    false,
  ],
  [
    'ERROR: S3ServiceException:User: arn:aws:sts::1:assumed-role/r/RedshiftIamRoleSession is not authorized to perform: s3:PutObject',
    'S3_ACCESS_DENIED',
    'permission',
    false,
  ],
  [
    'ERROR: User arn:aws:redshift:us-east-1:1:dbuser:c/u is not authorized to assume IAM Role arn:aws:iam::1:role/r',
    'S3_ACCESS_DENIED',
    'permission',
    false,
  ],
  [
    box('S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket', 8001),
    'S3_BUCKET_NOT_FOUND',
    'resource',
    false,
  ],
  [
    box('S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown', 8001),
    'S3_UNAVAILABLE',
    'transient',
    true,
  ],
  ['FATAL: password authentication failed for user "u"', 'AUTHENTICATION_FAILED', 'permission', false, '28000'],
  ['FATAL: user "IAM:u" does not exist', 'AUTHENTICATION_FAILED', 'permission', false, '28000'],
  [box('Disk Full', 1016), 'DISK_FULL', 'capacity', true, '53100'],
  ['ERROR: out of memory', 'OUT_OF_MEMORY', 'capacity', true, '53200'],
  ['ActiveStatementsExceededException: too many', 'WAREHOUSE_BUSY', 'capacity', true, '53300'],
  ['FATAL: too many connections for role', 'WAREHOUSE_BUSY', 'capacity', true, '53300'],
  ['ERROR: Query (4711) cancelled due to statement timeout', 'QUERY_TIMEOUT', 'capacity', true, '57014'],
  ['ERROR: Query (4711) aborted by query monitoring rule: rows', 'QUERY_LIMIT_EXCEEDED', 'capacity', true],
  ["ERROR: Query (4711) cancelled on user's request", 'QUERY_CANCELLED', 'transient', true, '57014'],
  [
    'ERROR: 1023\n  Detail: Serializable isolation violation on table - 1, transactions forming the cycle are: 2, 3',
    'SERIALIZATION_FAILURE',
    'transient',
    true,
    '40001',
  ],
  ['Connection refused. Check that the hostname and port are correct.', 'CONNECTION_ERROR', 'transient', true, '08006'],
  ['Could not connect to the cluster: connection attempt failed', 'CONNECTION_ERROR', 'transient', true, '08006'],
  ['FATAL: terminating connection due to administrator command', 'CONNECTION_ERROR', 'transient', true, '08006'],
  [box('Assert', 1000), 'WAREHOUSE_ERROR', 'transient', true, 'XX000'],
  ['ERROR: something new [22P05]', 'QUERY_ERROR', 'validation', false, '22P05'],
  ['ERROR: something new [42P01]', 'RELATION_NOT_FOUND', 'resource', false, '42P01'],
  ['ERROR: something new SQLSTATE: 42501', 'PERMISSION_DENIED', 'permission', false, '42501'],
  ['ERROR: something new [53400]', 'WAREHOUSE_BUSY', 'capacity', true, '53400'],
  ['ERROR: something new [P0001]', 'WAREHOUSE_ERROR', 'transient', true, 'P0001'],
  ['ERROR: something new', 'WAREHOUSE_ERROR', 'transient', true],
  ['The warehouse gave no reason.', 'WAREHOUSE_ERROR', 'transient', true],
  ['', 'WAREHOUSE_ERROR', 'transient', true],
];

it.each(rows.map((row) => ({ row, text: row[0], code: row[1] })))('$text is told as $code', ({ row }) => {
  const [text, code, category, retryable, sql_state] = row;
  const error = mapRedshiftError(text);
  expect(JobError.parse(error)).toEqual(error);
  expect(error).toMatchObject({ code, category, retryable });
  expect(error.details.sql_state).toBe(sql_state);
  expect(error.retry_after !== undefined).toBe(retryable);
});

const messages: readonly (readonly [string, string])[] = [
  ['ERROR: column "x" does not exist in t\n  Position: 8 [42703]', 'column "x" does not exist in t'],
  ['[Amazon](500310) Invalid operation: ERROR: relation "a" does not exist', 'relation "a" does not exist'],
  ['ERROR: column "x" does not exist in t Query ID: 4711', 'column "x" does not exist in t'],
  [box('Disk Full', 1016), 'Disk Full'],
  ['ERROR: division by zero\n  Detail: in column a [22012]', 'division by zero Detail: in column a'],
  ['ERROR: strange thing about arn:aws:iam::123456789012:role/secret', 'strange thing about <arn>'],
  ['', 'The warehouse gave no reason.'],
];
it.each(messages)('The message of %j is a sentence without internals', (text, message) => {
  expect(mapRedshiftError(text).message).toBe(message);
});

it('Tenants are not told the names of roles and buckets that they cannot mend', () => {
  const { message } = mapRedshiftError(
    box('S3ServiceException:Access Denied,Status 403 arn:aws:iam::1:role/r s3://bucket/key', 8001),
  );
  expect(message).not.toMatch(/arn:|s3:\/\//);
});

it('A position is told, and none is made up', () => {
  expect(mapRedshiftError('ERROR: syntax error at or near "x" Position: 45').details.position).toBe(45);
  expect(mapRedshiftError('ERROR: syntax error at or near "x"\n  Position: 0').details).not.toHaveProperty('position');
  expect(mapRedshiftError('ERROR: syntax error at or near "x"').details).not.toHaveProperty('position');
});

it('A position in a wrapped query is one of the user’s text', () => {
  const sql = 'select nope from t limit 1';
  const verdict = judgeQuery(sql);
  if (verdict.verdict === 'refused') throw new Error(verdict.message);
  const position = verdict.sql.indexOf('nope') + 1;
  expect(userPosition(position, sql, verdict)).toBe(sql.indexOf('nope') + 1);
  expect(userPosition(8, sql, { sql, wrapped: false, shifts: [] })).toBe(8);
  expect(userPosition(3, sql, verdict)).toBeUndefined();
});

it('A text of megabytes is mapped at once, to a message that fits a job record', () => {
  const started = performance.now();
  const { message } = mapRedshiftError(`ERROR: ${'object '.repeat(500_000)}`);
  expect(message.length).toBeLessThanOrEqual(1_000);
  expect(performance.now() - started).toBeLessThan(1_000);
});
