import { LOAD_ERROR_CODES, loadErrorKinds } from '../../../core/load/errors.ts';
import { loadFailure } from '../../../core/load/failures.ts';

it('a marker that is there already means that the load was committed', () => {
  const exists = 'ERROR: Relation "load_01j" already exists [42P07]';
  expect(loadFailure('marker', exists)).toEqual({ kind: 'already_loaded' });
  expect(loadFailure('apply', exists)).toMatchObject({ kind: 'failed' });
  expect(loadFailure('marker', 'ERROR: permission denied for schema spectra')).toMatchObject({
    error: { code: 'PERMISSION_DENIED' },
  });
});

it.each([
  ['max_errors', 'ERROR: division by zero', 'TOO_MANY_ROWS_REJECTED', false],
  ['all_or_nothing', 'ERROR: Divide by zero [22012]', 'ROWS_REJECTED', false],
  ['max_errors', 'ERROR: Disk Full', 'DISK_FULL', true],
  ['copy_3', 'ERROR: Load into table in_3 failed. Check sys_load_error_detail.', 'FILE_UNREADABLE', false],
  ['copy_3', 'ERROR: invalid input syntax', 'FILE_UNREADABLE', false],
  ['copy_3', 'S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown', 'S3_UNAVAILABLE', true],
  ['values', 'ERROR: division by zero', 'QUERY_ERROR', false],
  ['apply', 'ERROR: 1023 Serializable isolation violation on table - 100', 'SERIALIZATION_FAILURE', true],
  [undefined, 'something else', 'WAREHOUSE_ERROR', true],
])('at the step %s, %j is %s', (step, text, code, retryable) => {
  expect(loadFailure(step, text)).toMatchObject({ kind: 'failed', error: { code, retryable } });
});

it('tells which file could not be read, in the words of Redshift', () => {
  expect(loadFailure('copy_3', 'ERROR: File has an invalid version number: a\n  Position: 9')).toEqual({
    kind: 'failed',
    error: {
      code: 'FILE_UNREADABLE',
      category: 'validation',
      message: 'File 3 could not be read: File has an invalid version number: a',
      retryable: false,
      details: {},
    },
  });
});

it('a position in a statement of ours is nothing to the client', () => {
  const failed = loadFailure('apply', 'ERROR: permission denied for relation t\n  Position: 13 [42501]');
  expect(failed).toMatchObject({ error: { details: { sql_state: '42501' } } });
  expect(JSON.stringify(failed)).not.toContain('osition');
});

it('every code is in the catalogue', () => {
  expect(loadErrorKinds().map(({ code }) => code)).toEqual([...LOAD_ERROR_CODES]);
});
