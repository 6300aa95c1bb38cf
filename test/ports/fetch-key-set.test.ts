import { createServer, type RequestListener } from 'node:http';
import { fetchKeySet } from '../../adapters/jwt/fetch-key-set.ts';
import { listen } from '../../local/listen.ts';

async function against<Result>(listener: RequestListener, ask: (url: string) => Promise<Result>): Promise<Result> {
  const { endpoint, close } = await listen(createServer(listener));
  return ask(`${endpoint}/keys`).finally(close);
}

const answering =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** Why it failed: the cause, which the log tells. */
const causeOf = (listener: RequestListener): Promise<unknown> =>
  against(listener, (url) =>
    fetchKeySet(url).then(
      () => 'nothing',
      (error: unknown) => (error instanceof Error && error.message.includes(url) ? error.cause : error),
    ),
  );

const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one', alg: 'ES256', use: 'sig' };

it('gets the keys with all their members, and passes over what is no key', async () => {
  const body = JSON.stringify({ keys: [key, { kid: 'no kty' }, 'nonsense', null, { kty: 'EC', kid: 7 }], more: true });
  expect(await against(answering(body), fetchKeySet)).toEqual({ keys: [key] });
});

it('an empty set is a set: the issuer has withdrawn its keys', async () => {
  expect(await against(answering('{"keys":[]}'), fetchKeySet)).toEqual({ keys: [] });
});

it('keeps no connection, which would be dead when a frozen Lambda wakes', async () => {
  let connection: string | undefined;
  await against((request, response) => {
    connection = request.headers.connection;
    response.end('{"keys":[]}');
  }, fetchKeySet);
  expect(connection).toBe('close');
});

it.each([
  ['an error page', answering('{"keys":[]}', 500), 'status 500'],
  ['an answer without content', answering('', 204), 'status 204'],
  ['a page of HTML', answering('<html>'), 'JSON'],
  ['an empty body', answering(''), 'JSON'],
  ['a document that is no key set', answering('{"jwks_uri":"https://x"}'), 'keys'],
  ['a body of a megabyte', answering(' '.repeat(1_000_000)), 'more than 131072 bytes'],
  ['a thousand keys', answering(JSON.stringify({ keys: Array<object>(1000).fill({ kty: 'EC' }) })), 'keys'],
])('%s is an Error that says so', async (_hazard, listener, said) => {
  const cause = await causeOf(listener);
  expect(cause).toBeInstanceOf(Error);
  expect(String(cause)).toContain(said);
});

it('an endless body is not read to its end', async () => {
  const chunk = 'x'.repeat(64 * 1024);
  let open = true;
  const cause = await causeOf((_request, response) => {
    response.on('close', () => (open = false));
    const more = (): void => {
      if (open) response.write(chunk, () => setImmediate(more));
    };
    more();
  });
  expect(String(cause)).toContain('more than 131072 bytes');
});

it('a redirect is not followed: it could lead to anybody', async () => {
  let asked = 0;
  const cause = await causeOf((request, response) => {
    asked += 1;
    if (request.url === '/keys') response.writeHead(302, { location: '/elsewhere' }).end();
    else response.end(JSON.stringify({ keys: [key] }));
  });
  expect(cause).toMatchObject({ cause: { message: 'unexpected redirect' } });
  expect(asked).toBe(1);
});

it.each([
  ['never answers', () => undefined],
  ['never ends its answer', (_request, response) => void response.write('{"keys":')],
] satisfies [string, RequestListener][])(
  'an issuer that %s is given up after three seconds',
  async (_hazard, listener) => {
    const start = performance.now();
    expect(await causeOf(listener)).toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - start).toBeLessThan(6000);
  },
);

it('nobody there is an Error with its cause', async () => {
  const { endpoint, close } = await listen(createServer());
  await close();
  await expect(fetchKeySet(`${endpoint}/keys`)).rejects.toMatchObject({ cause: { cause: { code: 'ECONNREFUSED' } } });
});
