import { Sha256Hasher } from '../../../adapters/crypto/hasher.ts';
import { JobId, TenantId } from '../../../contract/ids.ts';
import { decodeCursor, encodeCursor } from '../../../core/jobs/cursor.ts';

const hasher = new Sha256Hasher();
const acme = TenantId.parse('acme');
const job = JobId.parse('01KAJ3T9V5Q8Z7N2M4R6W1XYBC');
const cursor = encodeCursor(hasher, acme, job);

it('a cursor leads back to the job that it was made of', () => {
  expect(decodeCursor(hasher, acme, cursor)).toBe(job);
});

it.each([
  ['another job, well formed', cursor.replace('XYBC', 'XYBD')],
  ['another seal', `${cursor.slice(0, -1)}${cursor.endsWith('0') ? '1' : '0'}`],
  ['no seal', cursor.split('.').slice(0, 2).join('.')],
  ['something behind it', `${cursor}.x`],
  ['another kind', cursor.replace('jobs', 'runs')],
  ['nothing', ''],
])('a cursor that was tampered with is refused: %s', (_what, tampered) => {
  expect(() => decodeCursor(hasher, acme, tampered)).toThrow('was not made by this API');
});

it("another tenant's cursor is refused", () => {
  const other = encodeCursor(hasher, TenantId.parse('globex'), job);
  expect(() => decodeCursor(hasher, acme, other)).toThrow('was not made by this API');
});
