import { CreateJobBody, PatchJobBody } from '../../../contract/jobs.ts';

const query = 'SELECT 1 AS a';

it.each([
  ['object', { query, object: 'a\ud800' }],
  ['tag', { query, tag: '\udfff\ud800' }],
  ['null_as', { query, null_as: '\udc00' }],
])('half a character in %s is refused, as it could not be kept as it came', (field, body) => {
  expect(CreateJobBody.safeParse(body).error?.issues.map(({ path }) => path)).toEqual([[field]]);
});

it('half a character in the reason of a cancellation is refused', () => {
  expect(PatchJobBody.safeParse({ state: 'Aborted', reason: '\ud83d' }).success).toBe(false);
});

it('whole characters of two halves, and NUL, are text like any other', () => {
  expect(CreateJobBody.parse({ query, tag: '😀\0' }).tag).toBe('😀\0');
});
