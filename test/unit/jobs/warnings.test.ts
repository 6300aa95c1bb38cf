import fc from 'fast-check';
import { JobRecord } from '../../../contract/records.ts';
import { Warning } from '../../../contract/warnings.ts';
import { warningsOf } from '../../../core/jobs/warnings.ts';

const time = '2026-11-22T10:00:00.000Z';
const job = (more: object) =>
  JobRecord.parse({
    type: 'job',
    tenant_id: 'acme',
    job_id: '01KAJ3T9V5Q8Z7N2M4R6W1XYBC',
    operation: 'query',
    attempt: 1,
    created_at: time,
    updated_at: time,
    queued_at: time,
    started_at: time,
    completed_at: time,
    expires_at: time,
    ttl: 1,
    state: 'JobComplete',
    rows: 3,
    bytes: 30,
    files: 1,
    ...more,
  });
const codes = (more: object) => warningsOf(job(more)).map(({ code }) => code);

it('a plain complete job has none', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ files: 4 })).toEqual([]);
  expect(codes({ single_file: true })).toEqual([]);
});

it('no rows, a split single file and runs that failed before are each told, with what they affect', () => {
  expect(warningsOf(job({ rows: 0, files: 0 }))).toMatchObject([{ code: 'EMPTY_RESULT', affected_records: 0 }]);
  expect(warningsOf(job({ single_file: true, files: 2 }))).toMatchObject([
    { code: 'RESULT_SPLIT', affected_records: 3 },
  ]);
  expect(warningsOf(job({ attempt: 5, tries: 3 }))).toMatchObject([
    { code: 'RETRIED', affected_records: null, message: expect.stringMatching(/run 5.*failed 2 before/) as unknown },
  ]);
});

it('a job without a result has no warnings: it has an error', () => {
  const error = { code: 'X', category: 'capacity', message: 'x', retryable: true, details: {} };
  for (const state of ['Open', 'UploadComplete', 'InProgress', 'Failed', 'Aborted'])
    expect(codes({ state, error, rows: 0, tries: 2, single_file: true, files: 2 })).toEqual([]);
});

it('whatever the figures are, each warning is one of the contract, and told once', () => {
  const figures = fc.record({
    rows: fc.nat(3),
    files: fc.nat(3),
    single_file: fc.boolean(),
    tries: fc.constantFrom(undefined, 2, 3),
  });
  fc.assert(
    fc.property(figures, (of) => {
      const warnings = warningsOf(job(of)).map((warning) => Warning.parse(warning).code);
      expect(new Set(warnings).size).toBe(warnings.length);
    }),
  );
});
