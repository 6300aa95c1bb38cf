import { readIdempotencyKey } from '../../../lambdas/shared/http/idempotency-key.ts';

it.each([
  [{}, undefined],
  [{ 'idempotency-key': 'a' }, 'a'],
  [{ 'x-idempotency-key': 'a' }, 'a'],
  [{ 'idempotency-key': 'a', 'x-idempotency-key': 'a' }, 'a'],
  [{ 'idempotency-key': '"a"', 'x-idempotency-key': 'a' }, 'a'],
  [{ 'idempotency-key': '"a\\"b\\\\"' }, 'a"b\\'],
  [{ 'idempotency-key': '"unended' }, '"unended'],
])('%j is the key %s', (headers, key) => {
  expect(readIdempotencyKey(headers)).toEqual({ key });
});

it('two keys that differ are no key but a fault', () => {
  expect(readIdempotencyKey({ 'idempotency-key': 'a', 'x-idempotency-key': 'b' })).toMatchObject({
    error: { pointer: 'idempotency-key' },
  });
});
