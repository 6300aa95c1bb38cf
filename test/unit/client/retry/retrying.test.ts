import { SpectraError } from '../../../../client/node.ts';
import { pauseBefore, retryWith } from '../../../../client/retry/backoff.ts';
import { secondsToWait } from '../../../../client/retry/retry-after.ts';
import { clientOf, errorOf, json, limits } from '../fake-api.ts';

const problem = (code: string, retryable: boolean) => ({
  code,
  detail: 'said so',
  retryable,
  hint: 'do that',
  request_id: 'r-1',
});

it('pauses for anything up to a range that doubles and is bounded, on top of Retry-After', () => {
  const retry = retryWith({ firstPause: 100, longestPause: 1000 });
  expect([0, 1, 2, 3, 4, 50].map((failures) => pauseBefore(retry, failures, 1))).toEqual([
    100, 200, 400, 800, 1000, 1000,
  ]);
  expect(pauseBefore(retry, 3, 0)).toBe(0);
  expect(pauseBefore(retry, 0, 0.5, 7)).toBe(7050);
});

it('reads Retry-After as seconds and as a date, and nothing else', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(secondsToWait('12', now)).toBe(12);
  expect(secondsToWait('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30);
  expect(secondsToWait('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(['soon', '', '-'].map((header) => secondsToWait(header, now))).toEqual([undefined, undefined, undefined]);
  expect(secondsToWait(null, now)).toBeUndefined();
});

it.each([
  ['a broken connection', () => new TypeError('fetch failed', { cause: new Error('ECONNRESET') })],
  ['429', () => json(problem('RATE_LIMITED', true), 429)],
  ['500', () => json(problem('INTERNAL_ERROR', true), 500)],
  ['502 of something in between', () => new Response('<html>', { status: 502 })],
  ['503', () => json(problem('SERVICE_UNAVAILABLE', true), 503)],
  ['a first request that is still being worked on', () => json(problem('IDEMPOTENCY_IN_PROGRESS', true), 409)],
])('tries again after %s', async (_, failure) => {
  const { client, asked, pauses } = clientOf([failure(), failure(), json(limits)]);
  expect(await client.limits()).toEqual([]);
  expect(asked).toHaveLength(3);
  expect(pauses).toEqual([125, 250]);
});

it.each([
  ['400', json(problem('INVALID_REQUEST', false), 400)],
  ['a query that took too long', json(problem('QUERY_TIMEOUT', false), 504)],
  ['results that only another call brings about', json(problem('RESULTS_NOT_READY', true), 409)],
  ['an answer that is no JSON', new Response('hello')],
])('does not try again after %s', async (_, answer) => {
  const { client, asked } = clientOf([answer]);
  expect(await errorOf(client.limits())).toBeInstanceOf(SpectraError);
  expect(asked).toHaveLength(1);
});

it('gives up after so many tries, with the last error and its cause', async () => {
  const failure = new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
  const { client, asked } = clientOf(
    Array.from({ length: 9 }, () => failure),
    { retry: { retries: 2 } },
  );
  const error = await errorOf(client.limits());
  expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0, retryable: true, cause: failure });
  expect((error as Error).message).toContain('ECONNREFUSED');
  expect(asked).toHaveLength(3);
});

it('waits as long as Retry-After says, but not for hours', async () => {
  const { client, pauses } = clientOf([json({}, 503, { 'retry-after': '20' }), json(limits)]);
  await client.limits();
  expect(pauses).toEqual([20_125]);
  const other = clientOf([json(problem('QUOTA_EXCEEDED', true), 429, { 'retry-after': '3600' })]);
  expect(await errorOf(other.client.limits())).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfter: 3600 });
  expect(other.pauses).toEqual([]);
});

it('sends the same key with each try of a call, and another one with the next call', async () => {
  const job = { job_id: 'J' };
  const { client, asked } = clientOf([json({}, 500), json(job, 202), json(job, 202)]);
  await client.export('SELECT 1');
  await client.export('SELECT 1');
  const keys = asked.map(({ headers }) => headers['idempotency-key']);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

it('stops at once when it is told to, with the reason that was given', async () => {
  const reason = new Error('no more');
  const stop = new AbortController();
  const { client, asked } = clientOf([json({}, 500), json(limits)], {
    runtime: {
      pause: () => {
        stop.abort(reason);
        return Promise.resolve();
      },
    },
  });
  expect(await errorOf(client.limits({ signal: stop.signal }))).toBe(reason);
  expect(asked).toHaveLength(1);
  expect(await errorOf(client.limits({ signal: stop.signal }))).toBe(reason);
});

it('does not wait for ever for an answer that never comes', async () => {
  const silent = (init: RequestInit) =>
    new Promise<Response>((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('stopped'))));
  const { client } = clientOf([silent, silent], { timeout: 5, retry: { retries: 1 } });
  expect(await errorOf(client.limits())).toMatchObject({ code: 'TIMEOUT', retryable: true });
});

it('tells all that a problem says', async () => {
  const body = {
    ...problem('QUERY_REFUSED', false),
    position: 8,
    reason: 'no-dml',
    errors: [{ pointer: '/query', message: 'x' }, 7],
  };
  const { client } = clientOf([json(body, 400)]);
  expect(await errorOf(client.export('x'))).toMatchObject({
    name: 'SpectraError',
    code: 'QUERY_REFUSED',
    message: 'said so',
    status: 400,
    hint: 'do that',
    requestId: 'r-1',
    docs: 'https://api.example/v1/docs/errors.html#answers-QUERY_REFUSED',
    position: 8,
    reason: 'no-dml',
    errors: [{ pointer: '/query', message: 'x' }],
  });
});
