import { dryRunExport } from '../../../core/sql/dry-run-export.ts';

const asked = { operation: 'query', query: 'SELECT a FROM t' };

it('shows the statement that would run, with what it would read', () => {
  expect(dryRunExport({ ...asked, content_type: 'PARQUET' })).toMatchObject({
    outcome: 'accepted',
    statement: expect.stringMatching(/^UNLOAD \('SELECT a FROM t'\)[^]*FORMAT (AS )?PARQUET/) as string,
    verdict: { relations: ['t'] },
  });
});

it('says where a query is refused', () => {
  expect(dryRunExport({ ...asked, query: 'SELECT 1; DROP TABLE t' })).toMatchObject({
    outcome: 'refused',
    verdict: { code: expect.any(String) as string, position: expect.any(Number) as number },
  });
});

it('names the field at fault, of the request alone and of the request with its query', () => {
  expect(dryRunExport({ ...asked, content_type: 'XML' })).toMatchObject({
    outcome: 'invalid',
    errors: [{ pointer: '/content_type' }],
  });
  expect(dryRunExport({ ...asked, content_type: 'PARQUET', compression: 'GZIP' })).toMatchObject({
    outcome: 'invalid',
    errors: [{ pointer: '/compression' }],
  });
});
