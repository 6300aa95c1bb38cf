import { z } from 'zod';
import { consoleFiles } from '../../console/files.ts';
import { siteFiles } from '../../site/pages.ts';
import { Problem, problems } from '../../contract/problems.ts';
import { binaryMediaTypes } from '../../contract/uploads.ts';
import { lambda } from './lambdas.ts';
import { synthesize, withPages } from './stack.ts';

const standard = synthesize(withPages);
const Method = z.looseObject({
  HttpMethod: z.string(),
  AuthorizationType: z.string(),
  ResourceId: z.unknown(),
  AuthorizerId: z.unknown().optional(),
  Integration: z.looseObject({ Type: z.string(), Uri: z.unknown().optional() }),
});
const Resource = z.looseObject({ PathPart: z.string(), ParentId: z.unknown() });
const resources = new Map(
  Object.entries(standard.ofType('AWS::ApiGateway::Resource')).map(([id, { Properties }]) => [
    id,
    Resource.parse(Properties),
  ]),
);

function pathOf(resourceId: unknown): string {
  const ref = z.object({ Ref: z.string() }).safeParse(resourceId).data?.Ref;
  const resource = ref === undefined ? undefined : resources.get(ref);
  return resource === undefined ? '' : `${pathOf(resource.ParentId)}/${resource.PathPart}`;
}

const methods = Object.values(standard.ofType('AWS::ApiGateway::Method')).map(({ Properties }) => {
  const method = Method.parse(Properties);
  return { ...method, route: `${method.HttpMethod} ${pathOf(method.ResourceId) || '/'}` };
});
const routes = methods.filter(({ HttpMethod }) => HttpMethod !== 'OPTIONS');

describe('the routes', () => {
  const ofJobs = ['ANY /bulk/jobs', 'ANY /bulk/jobs/{job_id}', 'ANY /bulk/jobs/{job_id}/{proxy+}'];
  const ofUploads = ['upload-url', 'uploads', 'uploads/{proxy+}', 'batches'].map(
    (path) => `ANY /bulk/jobs/{job_id}/${path}`,
  );

  it.each(ofJobs)('%s lets nobody in without a credential', (route) => {
    const method = routes.find((each) => each.route === route);
    expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: expect.any(String) as unknown } });
    expect(JSON.stringify(method?.Integration.Uri)).toContain(lambda(standard, 'jobs-api').logicalId);
  });

  it.each(ofUploads)('%s lets nobody in without a credential, and is answered by who may write uploads', (route) => {
    const method = routes.find((each) => each.route === route);
    expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: expect.any(String) as unknown } });
    expect(JSON.stringify(method?.Integration.Uri)).toContain(lambda(standard, 'uploads-api').logicalId);
  });

  it('no path has two variable segments beside each other, which API Gateway refuses', () => {
    const variable = [...resources.values()].filter(({ PathPart }) => PathPart.startsWith('{'));
    expect(new Set(variable.map(({ ParentId }) => JSON.stringify(ParentId))).size).toBe(variable.length);
  });

  it('files come through byte by byte, and JSON as text: a preflight would be answered with 500 otherwise', () => {
    const [api] = Object.values(standard.ofType('AWS::ApiGateway::RestApi'));
    expect(api?.Properties.BinaryMediaTypes).toEqual([...binaryMediaTypes]);
    expect(binaryMediaTypes).not.toContain('application/json');
  });

  it('ANY /queries lets nobody in without a credential', () => {
    const method = routes.find((each) => each.route === 'ANY /queries');
    expect(method).toMatchObject({ AuthorizationType: 'CUSTOM' });
    expect(JSON.stringify(method?.Integration.Uri)).toContain(lambda(standard, 'queries-api').logicalId);
  });

  it.each(['GET /health', 'GET /limits', 'GET /openapi.json', 'GET /console', 'GET /docs'])(
    '%s is answered to anybody',
    (route) => {
      const method = routes.find((each) => each.route === route);
      expect(method).toMatchObject({ AuthorizationType: 'NONE' });
      expect(JSON.stringify(method?.Integration.Uri)).toContain(lambda(standard, 'public-api').logicalId);
    },
  );

  it('the pages can be read by anybody, and by no other method', () => {
    const pages = routes.filter(({ Integration }) => Integration.Type === 'AWS');
    expect(pages.map(({ route }) => route)).toEqual([
      ...consoleFiles.map((file) => `GET /console/${file}`),
      ...siteFiles.map((file) => `GET /docs/${file}`),
    ]);
    for (const page of pages) expect(page).toMatchObject({ AuthorizationType: 'NONE' });
  });

  it('are these and no others, so that no new one is open by accident', () => {
    const calls = routes.filter(({ Integration }) => Integration.Type === 'AWS_PROXY');
    expect(calls).toHaveLength(ofJobs.length + ofUploads.length + 6);
    expect(routes).toHaveLength(calls.length + consoleFiles.length + siteFiles.length);
  });

  it('a preflight is answered by the gateway alone, for the origins that the operator names', () => {
    const preflights = (synthesized: typeof standard) =>
      Object.values(synthesized.ofType('AWS::ApiGateway::Method'))
        .map(({ Properties }) => JSON.stringify(Properties))
        .filter((text) => text.includes('"HttpMethod":"OPTIONS"'));
    expect(preflights(standard)).toHaveLength(resources.size + 1);
    for (const text of preflights(standard)) expect(text).toContain('"Type":"MOCK"');
    for (const text of preflights(synthesize({ SPECTRA_CORS_ORIGINS: 'https://a.example' })))
      expect(text).toContain("'https://a.example'");
  });
});

describe('the authorizer', () => {
  it('is asked about every request: the gateway would cache by a header that may not be there', () => {
    const [authorizer] = Object.values(standard.ofType('AWS::ApiGateway::Authorizer'));
    expect(authorizer?.Properties).toMatchObject({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: '',
    });
    expect(JSON.stringify(authorizer)).toContain(lambda(standard, 'authorizer').logicalId);
  });
});

describe('a quota of requests a day', () => {
  const bounded = synthesize({ SPECTRA_API_REQUESTS_PER_DAY: '250000' });
  const only = (type: string) => {
    const [one, ...more] = Object.values(bounded.ofType(type));
    expect(more).toEqual([]);
    return one?.Properties;
  };

  it('is kept by a usage plan of the stage, throttled as the stage is', () => {
    expect(only('AWS::ApiGateway::UsagePlan')).toMatchObject({
      Quota: { Limit: 250_000, Period: 'DAY' },
      Throttle: { RateLimit: 500, BurstLimit: 1000 },
      ApiStages: [{ Stage: { Ref: Object.keys(bounded.ofType('AWS::ApiGateway::Stage'))[0] } }],
    });
    expect(only('AWS::ApiGateway::UsagePlanKey')).toMatchObject({ KeyType: 'API_KEY' });
  });

  it('counts every request under the one key, which the authorizer names and no caller can', () => {
    expect(only('AWS::ApiGateway::RestApi')).toMatchObject({ ApiKeySourceType: 'AUTHORIZER' });
    const { Environment } = lambda(bounded, 'authorizer').properties;
    expect(Environment?.Variables.SPECTRA_USAGE_KEY).toEqual(only('AWS::ApiGateway::ApiKey')?.Value);
    expect(JSON.stringify(Environment?.Variables.SPECTRA_USAGE_KEY)).toContain('AWS::StackId');
    const ofCustom = methods.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM').length;
    const required = Object.values(bounded.ofType('AWS::ApiGateway::Method'))
      .filter(({ Properties }) => Properties.AuthorizationType === 'CUSTOM')
      .map(({ Properties }) => Properties.ApiKeyRequired);
    expect(required).toEqual(Array(ofCustom).fill(true));
  });

  it('is there by default, far above what tenants may ask for together in the long run', () => {
    const [plan] = Object.values(standard.ofType('AWS::ApiGateway::UsagePlan'));
    expect(plan?.Properties).toMatchObject({ Quota: { Limit: 10_000_000, Period: 'DAY' } });
  });

  it('is not there where it is set to 0: nobody is asked for a key that no plan knows', () => {
    const unbounded = synthesize({ SPECTRA_API_REQUESTS_PER_DAY: '0' });
    expect(unbounded.ofType('AWS::ApiGateway::UsagePlan')).toEqual({});
    expect(unbounded.ofType('AWS::ApiGateway::ApiKey')).toEqual({});
    expect(lambda(unbounded, 'authorizer').properties.Environment?.Variables).toMatchObject({ SPECTRA_USAGE_KEY: '' });
    for (const { Properties } of Object.values(unbounded.ofType('AWS::ApiGateway::Method')))
      expect(Properties.ApiKeyRequired ?? false).toBe(false);
  });
});

describe('the stage', () => {
  const [stage] = Object.values(standard.ofType('AWS::ApiGateway::Stage'));

  it('is v1, throttled and traced, and logs no bodies', () => {
    expect(stage?.Properties).toMatchObject({
      StageName: 'v1',
      TracingEnabled: true,
      MethodSettings: [
        { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000, DataTraceEnabled: false, LoggingLevel: 'ERROR' },
      ],
    });
  });

  it('is throttled as the operator sets it', () => {
    const set = synthesize({ SPECTRA_API_REQUESTS_PER_SECOND: '7', SPECTRA_API_REQUEST_BURST: '9' });
    expect(Object.values(set.ofType('AWS::ApiGateway::Stage'))[0]?.Properties).toMatchObject({
      MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 }],
    });
  });

  it('writes an access log of JSON without credentials', () => {
    const { Format } = z.looseObject({ Format: z.string() }).parse(stage?.Properties.AccessLogSetting);
    const fields = z.record(z.string(), z.string()).parse(JSON.parse(Format));
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['request_id', 'status', 'tenant_id', 'key_id', 'latency_ms']),
    );
    expect(Format).not.toMatch(/querystring|header|authorization/i);
  });

  it('the account-wide role for its logs can be left to who has it already, and never goes with the stack', () => {
    expect(Object.values(standard.ofType('AWS::ApiGateway::Account'))[0]?.DeletionPolicy).toBe('Retain');
    expect(synthesize({ SPECTRA_API_LOGGING_ROLE: 'existing' }).ofType('AWS::ApiGateway::Account')).toEqual({});
  });
});

const Answer = z.looseObject({
  ResponseType: z.string(),
  StatusCode: z.string(),
  ResponseParameters: z.record(z.string(), z.string()),
  ResponseTemplates: z.object({ 'application/json': z.string() }),
});
const answers = Object.values(standard.ofType('AWS::ApiGateway::GatewayResponse')).map(({ Properties }) =>
  Answer.parse(Properties),
);
const header = (answer: z.infer<typeof Answer>, name: string) =>
  answer.ResponseParameters[`gatewayresponse.header.${name}`];

describe('what the gateway answers by itself is a problem like any other', () => {
  it.each(answers.map((answer) => [answer.ResponseType, answer] as const))('%s', (_, answer) => {
    const problem = Problem.parse(
      JSON.parse(answer.ResponseTemplates['application/json'].replace('$context.requestId', 'the-id')),
    );
    const known = problems[problem.code as keyof typeof problems];
    expect(problem).toMatchObject({
      status: Number(answer.StatusCode),
      title: known.title,
      hint: known.hint,
      request_id: 'the-id',
    });
    expect(problem.type).toBe(`urn:spectra-bulk:error:${problem.code}`);
    expect(header(answer, 'Content-Type')).toBe("'application/problem+json'");
    if (problem.retryable && problem.status !== 500) expect(header(answer, 'Retry-After')).toMatch(/^'[1-9]\d*'$/);
  });

  it.each([
    ['UNAUTHORIZED', '401', 'UNAUTHORIZED'],
    ['ACCESS_DENIED', '403', 'FORBIDDEN'],
    ['MISSING_AUTHENTICATION_TOKEN', '404', 'ROUTE_NOT_FOUND'],
    ['THROTTLED', '429', 'RATE_LIMITED'],
    ['REQUEST_TOO_LARGE', '413', 'PAYLOAD_TOO_LARGE'],
    ['INTEGRATION_TIMEOUT', '503', 'SERVICE_UNAVAILABLE'],
    ['DEFAULT_4XX', '400', 'INVALID_REQUEST'],
    ['DEFAULT_5XX', '500', 'INTERNAL_ERROR'],
  ])('%s is a %s %s', (type, status, code) => {
    const answer = answers.find(({ ResponseType }) => ResponseType === type);
    expect(answer).toMatchObject({ StatusCode: status });
    expect(answer?.ResponseTemplates['application/json']).toContain(`"code":"${code}"`);
  });

  it('a refused credential says which kind is wanted', () => {
    const answer = answers.find(({ ResponseType }) => ResponseType === 'UNAUTHORIZED');
    expect(answer && header(answer, 'WWW-Authenticate')).toBe("'Bearer'");
  });
});

it('the outputs are what a client and an operator need to begin', () => {
  expect(
    Object.keys(standard.template.findOutputs('*'))
      .filter((name) => !name.startsWith('Export'))
      .sort(),
  ).toEqual(expect.arrayContaining(['ApiUrl', 'BucketName', 'Region', 'TableName', 'UnloadRoleArn']));
  expect(JSON.stringify(standard.template.findOutputs('ApiUrl'))).toMatch(/execute-api.*\/v1"/);
});
