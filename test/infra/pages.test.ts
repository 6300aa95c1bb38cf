import { App } from 'aws-cdk-lib';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { contentPolicyHeader } from '../../console/content-policy.ts';
import { consoleFiles } from '../../console/files.ts';
import { sitePolicy } from '../../site/content-policy.ts';
import { siteFiles } from '../../site/pages.ts';
import { BulkExportStack } from '../../lib/bulk-export-stack.ts';
import { parseConfig } from '../../lib/config.ts';
import { builtConsole } from '../../lib/pages/build-console.ts';
import { builtDocs } from '../../lib/pages/build-docs.ts';
import { readTemplate, type StackTemplate } from '../../local/template/read-template.ts';
import { cliContext } from '../../local/template/synthesize.ts';
import { statementsOf } from './lambdas.ts';
import { project, synthesize, withPages } from './stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const cdkJson = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')));
const context = { ...cdkJson.context, ...cliContext };

const files = [...consoleFiles.map((file) => `console/${file}`), ...siteFiles.map((file) => `docs/${file}`)];
const builtFile = (path: string) => {
  const [folderName = '', ...rest] = path.split('/');
  return readFileSync(join(folderName === 'docs' ? builtDocs() : builtConsole(), ...rest));
};

/** As it would be deployed, files and all. */
async function assembled(name: string): Promise<StackTemplate> {
  const app = new App({ outdir: join(folder, name), context });
  const config = parseConfig({});
  new BulkExportStack(app, config.stackName, { config });
  app.synth();
  return readTemplate(join(folder, name));
}

const Method = z.object({
  Integration: z.object({
    Type: z.string(),
    Uri: z.unknown(),
    IntegrationResponses: z.array(
      z.object({
        StatusCode: z.string(),
        SelectionPattern: z.string().optional(),
        ResponseParameters: z.record(z.string(), z.string()),
      }),
    ),
  }),
});
/** Of a method's path, such as `Http/Api/Default/console/index.html/GET/Resource`. */
const methodPath = /\/Default\/(.*)\/GET\/Resource$/;

/** Every file that is served: the key of its object, and what is answered by status. */
function served({ template }: Pick<StackTemplate, 'template'>) {
  return Object.values(template.Resources).flatMap((resource) => {
    const method = Method.safeParse(resource.Properties).data?.Integration;
    if (resource.Type !== 'AWS::ApiGateway::Method' || method?.Type !== 'AWS') return [];
    const path = methodPath.exec(String(resource.Metadata?.['aws:cdk:path']))?.[1] ?? '';
    const key = /\/([0-9a-f]{64}\.\w+)/.exec(JSON.stringify(method.Uri))?.[1] ?? '';
    return [{ path, key, responses: method.IntegrationResponses }];
  });
}

let first: StackTemplate;
let second: StackTemplate;
beforeAll(async () => {
  [first, second] = [await assembled('first'), await assembled('second')];
});

it('console and docs are built into exactly the files that have a route', () => {
  expect(readdirSync(builtConsole(), { recursive: true }).sort()).toEqual([...consoleFiles].sort());
  expect(readdirSync(builtDocs(), { recursive: true }).sort()).toEqual([...siteFiles].sort());
});

it('each file is served as it was built', () => {
  expect(served(first).map(({ path }) => path)).toEqual(files);
  for (const { path, key } of served(first)) {
    const [, asset = ''] = [...first.objects].find(([object]) => object.endsWith(`/${key}`)) ?? [];
    expect(readFileSync(asset).equals(builtFile(path))).toBe(true);
  }
});

it('a file has the name of its contents: the same sources make the same deployment', () => {
  expect(served(second)).toEqual(served(first));
});

it('no file is larger than API Gateway passes on', () => {
  for (const path of files) expect(builtFile(path).length).toBeLessThan(2_000_000);
});

it('leaves room in what CloudFormation and IAM take: 500 resources and 1 MB a stack, 10,240 characters of policies a role', () => {
  const resources = Object.values(first.template.Resources);
  expect(resources.length).toBeLessThan(450);
  expect(first.templateBody.length).toBeLessThan(900_000);
  const policy = resources.find(({ Type, Metadata }) => {
    return Type === 'AWS::IAM::Policy' && String(Metadata?.['aws:cdk:path']).includes('/Pages/Role/');
  });
  // As it stands here it is longer than with account and region put in.
  const written = JSON.stringify(policy?.Properties.PolicyDocument);
  expect(written.length).toBeGreaterThan(1000);
  expect(written.length).toBeLessThan(10_240);
});

it('what is deployed has every object that it reads', () => {
  const objects = [...first.objects.keys()].map((object) => object.split('/').at(-1));
  for (const { key } of served(first)) expect(objects).toContain(key);
});

describe('what a browser is told of a file', () => {
  const of = (path: string, status: string) => {
    const response = served(first)
      .find((each) => each.path === path)
      ?.responses.find(({ StatusCode }) => StatusCode === status);
    const headers = Object.entries(response?.ResponseParameters ?? {});
    return Object.fromEntries(headers.map(([name, value]) => [name.replace('method.response.header.', ''), value]));
  };

  it.each([
    ['console/index.html', "'text/html; charset=utf-8'"],
    ['console/console.js', "'text/javascript; charset=utf-8'"],
    ['console/index.css', "'text/css; charset=utf-8'"],
  ])('%s is %s and nothing else, however it is sniffed', (path, type) => {
    expect(of(path, '200')).toMatchObject({ 'Content-Type': type, 'X-Content-Type-Options': "'nosniff'" });
  });

  it.each(files)('%s may be kept, but is asked for each time, and is shown in no frame', (path) => {
    const policy = path.startsWith('docs/') ? sitePolicy : contentPolicyHeader;
    for (const status of ['200', '304'])
      expect(of(path, status)).toMatchObject({
        'Cache-Control': "'no-cache'",
        ETag: 'integration.response.header.ETag',
        'Content-Security-Policy': `'${policy}'`,
        'X-Frame-Options': "'DENY'",
        'Referrer-Policy': "'no-referrer'",
      });
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('no status of S3 is passed on as one of success that is none', () => {
    const [{ responses } = { responses: [] }] = served(first);
    const chosen = (status: number) =>
      responses.filter(
        ({ SelectionPattern: pattern }) => pattern && new RegExp(`^(?:${pattern})$`).test(String(status)),
      );
    const answers = [200, 301, 304, 307, 400, 403, 404, 429, 500, 503].map((status) => [
      status,
      chosen(status).map(({ StatusCode }) => StatusCode),
    ]);
    expect(answers).toEqual([
      [200, []],
      [301, ['503']],
      [304, ['304']],
      [307, ['503']],
      ...[400, 403, 404, 429].map((status) => [status, ['404']]),
      ...[500, 503].map((status) => [status, ['503']]),
    ]);
    expect(responses.filter(({ SelectionPattern }) => SelectionPattern === undefined)).toMatchObject([
      { StatusCode: '200' },
    ]);
  });
});

describe('who reads the files', () => {
  const standard = synthesize(withPages);
  const roles = Object.entries(standard.ofType('AWS::IAM::Role')).filter(([id]) => id.includes('PagesRole'));
  const statements = roles.flatMap(([id]) => statementsOf(standard, id));

  it('is API Gateway, which may read just these objects', () => {
    expect(roles).toHaveLength(1);
    expect(JSON.stringify(roles)).toContain('"Service":"apigateway.amazonaws.com"');
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ Action: ['s3:GetObject'] });
    expect(statements[0]?.Resource).toHaveLength(files.length);
    for (const resource of statements[0]?.Resource ?? [])
      expect(JSON.stringify(resource)).toMatch(/cdk-hnb659fds-assets-[^*]*\/[0-9a-f]{64}\.[^*]*$/);
  });

  it('may so before the stage asks for them', () => {
    const [policy] = Object.keys(standard.ofType('AWS::IAM::Policy')).filter((id) => id.includes('PagesRole'));
    const [deployment] = Object.values(standard.ofType('AWS::ApiGateway::Deployment'));
    expect(deployment).toMatchObject({ DependsOn: expect.arrayContaining([policy]) as unknown });
  });
});

describe('without pages', () => {
  const without = synthesize();

  it('there is no route, no role and no output of them', () => {
    const text = JSON.stringify(without.template.toJSON());
    expect(text).not.toMatch(/console|"docs"/);
    expect(text).not.toContain('Pages');
    for (const output of ['ConsoleUrl', 'DocsUrl']) {
      expect(without.template.findOutputs(output)).toEqual({});
      expect(synthesize(withPages).template.findOutputs(output)).not.toEqual({});
    }
  });
});

it('a stack that is not deployed builds no page', () => {
  const app = new App({ outdir: join(folder, 'none'), context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  new BulkExportStack(app, 'SpectraBulk', { config: parseConfig({}) });
  app.synth();
  expect(readdirSync(join(folder, 'none')).filter((file) => /\.(html|css)$/.test(file))).toEqual([]);
  expect(existsSync(join(folder, 'none', 'SpectraBulk.template.json'))).toBe(true);
});
