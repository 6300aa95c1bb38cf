import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { CallerContext } from '../../lambdas/shared/http/parse-request.ts';
import { type LocalIssuer, makeSigner, seconds, type Signer, startIssuer } from '../support/issuer.ts';

const before = { ...process.env };
let issuer: LocalIssuer;
let signer: Signer;
let handler: (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;
beforeAll(async () => {
  issuer = await startIssuer();
  signer = await makeSigner('ES256');
  issuer.serve({ keys: [signer.publicKey] });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    SPECTRA_TABLE_NAME: 'jobs',
    SPECTRA_JWT_ISSUER: issuer.url,
    SPECTRA_JWT_AUDIENCE: 'bulk',
    SPECTRA_JWT_JWKS_URL: `${issuer.url}/keys`,
  });
  ({ handler } = await import('../../lambdas/authorizer.lambda.ts'));
});
afterAll(async () => {
  process.env = before;
  await issuer.stop();
});

const methodArn = 'arn:aws:execute-api:us-east-1:123456789012:api/v1/GET/bulk/jobs';
const ask = (headers: Record<string, string> | null) =>
  handler({ type: 'REQUEST', methodArn, headers } as unknown as APIGatewayRequestAuthorizerEvent);
const token = (more: object = {}) =>
  signer.sign({
    iss: issuer.url,
    aud: 'bulk',
    sub: 'etl',
    iat: seconds(Date.now()),
    exp: seconds(Date.now()) + 60,
    tenant_id: 'acme',
    permissions: 'bulk:read query',
    ...more,
  });

it('what it passes on are texts, and what the other Lambdas read of them is the caller', async () => {
  const allowed = await ask({ Authorization: `Bearer ${await token({ warehouse_user: 'acme_reader' })}` });
  expect(allowed).toEqual({
    principalId: 'jwt:etl',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }],
    },
    context: {
      tenant_id: 'acme',
      key_id: 'jwt:etl',
      permissions: 'bulk:read query',
      warehouse_user: 'acme_reader',
      rate: expect.any(String) as string,
    },
  });
  expect(CallerContext.parse(allowed.context)).toEqual({
    tenant_id: 'acme',
    key_id: 'jwt:etl',
    permissions: ['bulk:read', 'query'],
    warehouse_user: 'acme_reader',
  });
});

it('a caller without a database user or permissions has none, and no empty one', async () => {
  const { context } = await ask({ authorization: `bearer ${await token({ permissions: [] })}` });
  expect(context).toEqual({
    tenant_id: 'acme',
    key_id: 'jwt:etl',
    permissions: '',
    rate: expect.any(String) as string,
  });
  expect(CallerContext.parse(context)).toEqual({ tenant_id: 'acme', key_id: 'jwt:etl', permissions: [] });
});

it.each([
  ['no headers', () => null],
  ['no credential', () => ({ accept: '*/*' })],
  ['another scheme', async () => ({ authorization: `Basic ${await token()}` })],
  ['two bearers in one header', async () => ({ authorization: `Bearer ${await token()}, Bearer ${await token()}` })],
  ['a bad bearer beside a token', async () => ({ authorization: 'Bearer nonsense', 'x-api-key': await token() })],
])('%s is the one error that API Gateway answers with 401', async (_hazard, headers) => {
  await expect(ask(await headers())).rejects.toThrow(/^Unauthorized$/);
});
