import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiRequest } from '../../../local/api-gateway/api-request.ts';
import { readApis } from '../../../local/api-gateway/api-model.ts';
import { s3Answer } from '../../../local/api-gateway/s3-integration.ts';
import { loadStack, UnsupportedTemplateError } from '../../../local/template/load-stack.ts';
import { MethodProperties } from '../../../local/template/resources/api-gateway.ts';

const place = { stackName: 'Test', account: '000000000000', region: 'us-east-1', awsEndpointUrl: 'http://127.0.0.1:1' };
const etag = '"5d41402abc4b2a76b9719d911017c592"';
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3-integration-'));
  file = join(folder, 'asset.html');
  await writeFile(file, 'hello');
});
afterAll(() => rm(folder, { recursive: true }));

const declared = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [`method.response.header.${name}`, true]));
const standard = {
  Type: 'AWS',
  IntegrationHttpMethod: 'GET',
  Uri: 'arn:aws:apigateway:us-east-1:s3:path/assets-000000000000-us-east-1/abc.html',
  Credentials: 'arn:aws:iam::000000000000:role/pages',
  PassthroughBehavior: 'WHEN_NO_MATCH',
  RequestParameters: { 'integration.request.header.If-None-Match': 'method.request.header.If-None-Match' },
  IntegrationResponses: [
    {
      StatusCode: '200',
      ResponseParameters: {
        'method.response.header.Content-Type': "'text/html'",
        'method.response.header.Policy': "'default-src 'none''",
        'method.response.header.ETag': 'integration.response.header.ETag',
      },
    },
    { StatusCode: '304', SelectionPattern: '304' },
    {
      StatusCode: '404',
      SelectionPattern: '4\\d{2}',
      ResponseTemplates: { 'application/json': '{"id":"$context.requestId"}' },
    },
  ],
};
const method = (integration: object = {}, more: object = {}) => ({
  RestApiId: 'api',
  ResourceId: 'page',
  HttpMethod: 'GET',
  RequestParameters: { 'method.request.header.If-None-Match': false },
  MethodResponses: [
    { StatusCode: '200', ResponseParameters: declared('Content-Type', 'Policy', 'ETag') },
    { StatusCode: '304' },
    { StatusCode: '404' },
  ],
  Integration: { ...standard, ...integration },
  ...more,
});
const integrationOf = (more: object = {}) => {
  const { Integration } = MethodProperties.parse(method(more));
  if (Integration.Type !== 'AWS') throw new Error('no integration of S3');
  return Integration;
};
const asked = (headers: Record<string, string[]> = {}) => ({ requestId: 'r-1', headers }) as unknown as ApiRequest;

describe('a read of S3', () => {
  it('answers with the object, and with the headers that the template says and no others', async () => {
    const answer = await s3Answer(integrationOf(), file, asked());
    expect(answer).toEqual({
      status: 200,
      headers: [
        ['Content-Type', 'text/html'],
        ['Policy', "default-src 'none'"],
        ['ETag', etag],
      ],
      body: Buffer.from('hello'),
    });
  });

  it.each([etag, `W/${etag}`, `"other", ${etag}`, '*'])('answers 304 to who has it already: %s', async (known) => {
    expect(await s3Answer(integrationOf(), file, asked({ 'if-none-match': [known] }))).toMatchObject({ status: 304 });
  });

  it('answers with the object to who has another, and wherever the template does not pass it on', async () => {
    expect((await s3Answer(integrationOf(), file, asked({ 'If-None-Match': ['"other"'] }))).status).toBe(200);
    const deaf = integrationOf({ RequestParameters: {} });
    expect((await s3Answer(deaf, file, asked({ 'If-None-Match': [etag] }))).status).toBe(200);
  });

  it('answers for an object that is gone as the template says, and not with what S3 says of it', async () => {
    const answer = await s3Answer(integrationOf(), join(folder, 'gone'), asked());
    expect(answer).toEqual({
      status: 404,
      headers: [['Content-Type', 'application/json']],
      body: Buffer.from('{"id":"r-1"}'),
    });
  });

  it('is a fault of the configuration where no response is for what S3 answers', async () => {
    const [found, same] = standard.IntegrationResponses;
    const responses = [{ ...found, SelectionPattern: '200' }, same];
    const answer = s3Answer(integrationOf({ IntegrationResponses: responses }), join(folder, 'gone'), asked());
    await expect(answer).rejects.toMatchObject({ type: 'API_CONFIGURATION_ERROR' });
  });

  it('passes on no more than API Gateway does', async () => {
    const large = join(folder, 'large');
    await writeFile(large, Buffer.alloc(10 * 1024 * 1024 + 1));
    await expect(s3Answer(integrationOf(), large, asked())).rejects.toMatchObject({ type: 'DEFAULT_5XX' });
  });
});

const [found, ...others] = standard.IntegrationResponses;
const responses = (more: object) => ({ IntegrationResponses: [{ ...found, ...more }, ...others] });

describe('a template is refused', () => {
  const refusal = (properties: object) => MethodProperties.safeParse(properties).error?.issues[0]?.message;

  it.each([
    [{ IntegrationHttpMethod: 'PUT' }, 'only S3 is called locally, to read'],
    [{ Uri: 'arn:aws:apigateway:us-east-1:dynamodb:action/Scan' }, 'only S3 is called locally'],
    [{ Uri: standard.Uri.replace('abc', '{file}') }, 'only S3 is called locally'],
    [{ Credentials: undefined }, 'without a role'],
    [{ RequestParameters: { 'integration.request.path.key': 'method.request.path.key' } }, 'Unrecognized key'],
    [{ RequestTemplates: { 'application/json': '{}' } }, 'templates'],
    [responses({ SelectionPattern: '(' }), 'no regular expression'],
    [responses({ ResponseTemplates: { 'text/html': '#set($a = 1)' } }), '$context.requestId'],
    [responses({ ResponseTemplates: { 'text/html': '$input.body' } }), '$context.requestId'],
    [responses({ ResponseTemplates: { 'text/html': '', 'application/json': '' } }), 'which of several'],
    [responses({ ContentHandling: 'CONVERT_TO_BINARY' }), 'not converted'],
    [responses({ ResponseParameters: { 'method.response.header.ETag': 'integration.response.body' } }), 'in quotes'],
    [responses({ ResponseParameters: { 'method.response.header.Age': "'1'" } }), 'does not declare method.response'],
    [responses({ StatusCode: '206' }), 'does not declare the status 206'],
  ])('that says %j', (integration, message) => {
    expect(refusal(method())).toBeUndefined();
    expect(refusal(method(integration))).toContain(message);
  });

  it('whose method does not declare the header that is passed on', () => {
    expect(refusal(method({}, { RequestParameters: {} }))).toContain('does not declare method.request.header');
  });

  it('that reads what is no asset, since nothing would be there', () => {
    const template = {
      ...{ Parameters: {}, Mappings: {}, Conditions: {}, Outputs: {} },
      Resources: {
        api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
        page: {
          Type: 'AWS::ApiGateway::Resource',
          Properties: {
            RestApiId: { Ref: 'api' },
            ParentId: { 'Fn::GetAtt': ['api', 'RootResourceId'] },
            PathPart: 'p',
          },
        },
        get: {
          Type: 'AWS::ApiGateway::Method',
          Properties: { ...method(), RestApiId: { Ref: 'api' }, ResourceId: { Ref: 'page' } },
        },
        stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'api' }, StageName: 'v1' } },
      },
    };
    const source = { stackName: 'Test', templateBody: '{}', assets: new Map<string, string>(), template };
    const load = (objects: ReadonlyMap<string, string>) => readApis(loadStack({ ...source, objects }, place));
    const there = new Map([['assets-${AWS::AccountId}-${AWS::Region}/abc.html', '/somewhere/asset.html']]);
    expect(load(there)[0]?.root.children[0]?.methods.get('GET')?.integration).toMatchObject({
      file: '/somewhere/asset.html',
    });
    expect(() => load(new Map())).toThrow(UnsupportedTemplateError);
    expect(() => load(new Map())).toThrow('get reads assets-000000000000-us-east-1/abc.html, which is no asset');
  });
});
