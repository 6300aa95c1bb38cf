import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { apiOf, startFixture, type Fixture } from '../fixtures/start-fixture.ts';

const allow = { headers: { Authorization: 'Bearer allow' } };

describe('the REST API of the template', () => {
  let fixture: Fixture;
  let call: ReturnType<typeof apiOf>;
  beforeAll(async () => {
    fixture = await startFixture();
    call = apiOf(fixture.local);
  });
  afterAll(() => fixture.stop());

  interface Echo {
    event: {
      path: string;
      resource: string;
      pathParameters: Record<string, string> | null;
      queryStringParameters: Record<string, string> | null;
      multiValueQueryStringParameters: Record<string, string[]> | null;
      headers: Record<string, string>;
      body: string | null;
      isBase64Encoded: boolean;
      requestContext: {
        authorizer: Record<string, unknown>;
        stage: string;
        path: string;
        identity: { sourceIp: string };
      };
    };
    env: Record<string, string>;
  }
  const echo = async (path: string, init?: RequestInit) => (await (await call(path, init)).json()) as Echo;

  it('hands the function the event of a proxy integration', async () => {
    const { event } = await echo('/items/a%20b?x=1&x=2&y=%C3%A9', {
      method: 'POST',
      headers: { ...allow.headers, 'X-Custom': 'kept as sent', 'Content-Type': 'application/json' },
      body: '{"a":1}',
    });
    expect(event).toMatchObject({
      resource: '/items/{id}',
      path: '/items/a%20b',
      httpMethod: 'POST',
      pathParameters: { id: 'a%20b' },
      queryStringParameters: { x: '2', y: 'é' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['é'] },
      body: '{"a":1}',
      isBase64Encoded: false,
      stageVariables: null,
      requestContext: { stage: 'v1', path: '/v1/items/a%20b', resourcePath: '/items/{id}', httpMethod: 'POST' },
    });
    expect(event.headers).toMatchObject({
      'X-Custom': 'kept as sent',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Proto': 'http',
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])('passes on what is called %s, as any other', async (name) => {
    const { hostname, port } = new URL(fixture.local.apiUrl);
    // fetch drops such names.
    const headers = ['host', 'localhost', 'authorization', 'Bearer allow', name, 'x'];
    const path = `/v1/items/a?${name}=1&${name}=2`;
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = request({ hostname, port, path, headers }, (response) => {
        text(response).then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end();
    });
    const { event } = JSON.parse(answer) as Echo;
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([[name, '2']]);
    expect(Object.entries(event.multiValueQueryStringParameters ?? {})).toEqual([[name, ['1', '2']]]);
    expect(Object.entries(event.headers)).toContainEqual([name, 'x']);
  });

  it('has null for what is not there, as AWS, and no empty objects', async () => {
    const { event } = await echo('/open');
    expect(event).toMatchObject({
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
    });
  });

  it('passes binary bodies on in base64 and answers them in bytes', async () => {
    const sent = await echo('/items', {
      ...allow,
      method: 'POST',
      headers: { ...allow.headers, 'Content-Type': 'application/octet-stream' },
      body: Buffer.from([0, 255]),
    });
    expect(sent.event).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
    const answer = await call('/open?do=binary', { headers: { Accept: 'application/octet-stream' } });
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 1]);
  });

  it('prefers plain segments to parameters, and parameters to greedy ones', async () => {
    expect((await echo('/items/special', allow)).event.resource).toBe('/items/special');
    expect((await echo('/items/other', allow)).event.resource).toBe('/items/{id}');
    const { event } = await echo('/rest/a/b/c', allow);
    expect(event).toMatchObject({ resource: '/rest/{proxy+}', pathParameters: { proxy: 'a/b/c' } });
  });

  it("passes the authorizer's context on as text, as API Gateway does", async () => {
    const { event } = await echo('/items', allow);
    expect(event.requestContext.authorizer).toMatchObject({ principalId: 'tester', tenant_id: 'acme', admin: 'false' });
  });

  it('asks the authorizer once for the same identity, and holds its policy against every call', async () => {
    const header = { headers: { Authorization: 'Bearer items' } };
    fixture.local.functions.reset();
    const statuses = [(await call('/items', header)).status, (await call('/items', header)).status];
    statuses.push(
      (await call('/items/17', header)).status,
      (await call('/items', { ...header, method: 'POST' })).status,
    );
    expect(statuses).toEqual([200, 200, 403, 403]);
    expect(fixture.local.functions.counters().authorizer?.invocations).toBe(1);
  });

  it.each([
    ['without an identity, and without asking the authorizer', {}, 401, 'unauthorized', 0],
    ['that the authorizer does not know', { Authorization: 'Bearer nobody' }, 401, 'unauthorized', 1],
    ['that the authorizer denies', { Authorization: 'Bearer deny' }, 403, 'access-denied', 1],
  ])("refuses a caller %s with the template's response", async (_name, headers, status, code, asked) => {
    fixture.local.functions.reset();
    const response = await call('/items', { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code, request_id: response.headers.get('x-amzn-requestid') });
    expect(response.headers.get('x-request')).toBe(response.headers.get('x-amzn-requestid'));
    expect(fixture.local.functions.counters().authorizer?.invocations).toBe(asked);
  });

  it.each(['broken', 'error'])('never lets a call through when the authorizer is %s', async (token) => {
    const response = await call('/items', { headers: { Authorization: `Bearer ${token}` } });
    expect(response.status).toBe(500);
  });

  it('answers paths and methods that do not exist with the status of the template', async () => {
    expect((await call('/nothing')).status).toBe(404);
    expect((await call('/open', { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(`${new URL(fixture.local.apiUrl).origin}/other-stage/open`)).status).toBe(403);
  });

  it.each(['throw', 'malformed', 'crash'])('answers 502 when the function does something wrong (%s)', async (what) => {
    const response = await call(`/open?do=${what}`);
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
  });

  it("answers 504 when the integration's time is up, before the function's is", async () => {
    const started = Date.now();
    const response = await call('/slow?do=hang');
    expect([response.status, await response.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
    expect(Date.now() - started).toBeLessThan(1900);
  });

  it('refuses bodies of more than 10 MB', async () => {
    const response = await call('/items', { ...allow, method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });

  it('hides WWW-Authenticate as API Gateway does, and sends several cookies', async () => {
    const response = await call('/open?do=headers');
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(response.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('answers CORS preflights without calling a function', async () => {
    fixture.local.functions.reset();
    const response = await call('/items', { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://example.org');
    expect(fixture.local.functions.counters().api?.invocations).toBe(0);
  });

  it('serves one request after the other on one connection, HEAD included', async () => {
    const { hostname, port, pathname } = new URL(fixture.local.apiUrl);
    const { Agent } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports: (number | undefined)[] = [];
    for (const method of ['GET', 'GET']) {
      const path = `${pathname}/open`;
      await new Promise<void>((resolve, reject) => {
        request({ hostname, port, path, method, agent }, (response) => {
          ports.push(response.socket.localPort);
          response.resume().once('end', resolve);
        })
          .once('error', reject)
          .end();
      });
    }
    agent.destroy();
    expect(new Set(ports).size).toBe(1);
    const head = await call('/items', { ...allow, method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
  });

  it("runs the function with the template's environment and its own key, and nothing of this process", async () => {
    const { env } = await echo('/open');
    expect(env).toMatchObject({
      GREETING: 'hello from us-east-1',
      TABLE_NAME: fixture.TableName,
      AWS_ENDPOINT_URL: fixture.local.awsEndpointUrl,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    });
    expect(env.AWS_ACCESS_KEY_ID).toMatch(/^local-api/);
    expect(env).not.toHaveProperty('HOME');
  });
});
