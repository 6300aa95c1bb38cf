import { ManifestError, manifestFiles, summarize } from '../../../core/results/manifest.ts';

const manifest = (...counts: (number | undefined)[]) => ({
  entries: counts.map((record_count, index) => ({
    url: `s3://bucket/${index}`,
    meta: { content_length: 100, ...(record_count === undefined ? {} : { record_count }) },
  })),
});

it('header lines are not rows: one for each CSV file', () => {
  expect(summarize(manifest(11, 6), 'CSV')).toEqual({ rows: 15, bytes: 200, files: 2 });
});

it('JSON and Parquet have no header lines to take off', () => {
  expect(summarize(manifest(11, 6), 'JSON').rows).toBe(17);
  expect(summarize(manifest(11, 6), 'PARQUET').rows).toBe(17);
});

it('a file with nothing but its header has no rows, and one with not even that has not minus one', () => {
  expect(manifestFiles(manifest(1, 0), 'CSV').map((file) => file.rows)).toEqual([0, 0]);
});

it('no files are no rows', () => {
  expect(summarize({ entries: [] }, 'CSV')).toEqual({ rows: 0, bytes: 0, files: 0 });
});

it('a file whose records were not counted is an error, never a guess', () => {
  expect(() => summarize(manifest(3, undefined), 'JSON')).toThrow(ManifestError);
});
