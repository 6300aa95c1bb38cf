import { App } from 'aws-cdk-lib';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { assetsOf, buildBundles, bundleLimit, lambdaNames } from '../../bench/bundles/measure-bundles.ts';
import { BulkExportStack } from '../../lib/bulk-export-stack.ts';
import { parseConfig } from '../../lib/config.ts';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { readTemplate } from '../../local/template/read-template.ts';
import { project } from './stack.ts';

const run = promisify(execFile);
const bundles = buildBundles();
const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundle = (name: (typeof lambdaNames)[number]) => {
  const found = bundles.get(name);
  if (found === undefined) throw new Error(`No bundle of ${name}`);
  return found;
};

const entryOf = (name: (typeof lambdaNames)[number]): Uint8Array =>
  bundle(name).files.get('index.mjs') ?? new Uint8Array();

it.each(bundleLimit.lambdas)('%s stays small enough for a quick cold start', (name) => {
  const { gzip, gzipOfParser } = bundle(name);
  expect(gzipOfParser).toBeGreaterThan(1000);
  expect((gzip - gzipOfParser) / 1000).toBeLessThanOrEqual(bundleLimit.kilobytes);
});

it.each(lambdaNames)('%s needs nothing at its start that it does not bring along', (name) => {
  const foreign = bundle(name).foreign.filter((path) => !builtinModules.includes(path.replace('node:', '')));
  expect(foreign).toEqual([]);
});

it('a Lambda without credentials says so, and names no package that its bundle lacks', async () => {
  const file = join(folder, 'authorizer.mjs');
  writeFileSync(file, entryOf('authorizer'));
  const key = `sb_${'k'.repeat(12)}_${'s'.repeat(43)}`;
  const code = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
    await handler({ headers: { 'x-api-key': '${key}' } }).catch((error) => console.log(error.message));`;
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
    SPECTRA_TABLE_NAME: 'jobs',
    SPECTRA_USAGE_KEY: '',
    SPECTRA_JWT_ISSUER: '',
    SPECTRA_JWT_AUDIENCE: '',
    SPECTRA_JWT_JWKS_URL: '',
  };
  const { stdout } = await run(nodeExecutable(), ['--input-type=module', '-e', code], { env, timeout: 20_000 });
  expect(stdout.trim()).toBe('Unable to find environment variable credentials.');
});

it('an issuer without https is refused on AWS before any token is, whatever the template says', async () => {
  const file = join(folder, 'authorizer-http.mjs');
  writeFileSync(file, entryOf('authorizer'));
  const code = `await import(${JSON.stringify(pathToFileURL(file).href)}).catch((error) => console.log(error.message));`;
  const url = 'http://127.0.0.1:9001';
  const env = {
    SPECTRA_TABLE_NAME: 'jobs',
    SPECTRA_USAGE_KEY: '',
    SPECTRA_JWT_ISSUER: url,
    SPECTRA_JWT_AUDIENCE: 'bulk',
    SPECTRA_JWT_JWKS_URL: url,
  };
  const { stdout } = await run(nodeExecutable(), ['--input-type=module', '-e', code], { env, timeout: 20_000 });
  expect(stdout.trim()).toBe('SPECTRA_JWT_JWKS_URL: only https is safe on AWS');
});

it('the authorizer, which every call waits for, brings no more of the library for tokens than verifying takes', () => {
  const text = Buffer.from(entryOf('authorizer')).toString();
  expect(text).toContain('ERR_JWKS_NO_MATCHING_KEY');
  expect(text).not.toMatch(/A256GCM|RSA-OAEP|PBES2|setProtectedHeader/);
  expect(bundle('authorizer').gzip / 1000).toBeLessThanOrEqual(bundleLimit.kilobytes);
});

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const { context } = CdkJson.parse(JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')));

it('every Lambda gets its own bundle, under a name that only its content decides', async () => {
  const assets = await Promise.all(
    ['first', 'second'].map(async (outdir) => {
      const app = new App({ outdir: join(folder, outdir), context });
      const config = parseConfig({});
      new BulkExportStack(app, config.stackName, { config });
      app.synth();
      return assetsOf(await readTemplate(join(folder, outdir)));
    }),
  );
  const [first = [], second = []] = assets;
  expect(first.map(({ name }) => name).sort()).toEqual([...lambdaNames].sort());
  for (const { name, path } of first) expect(readFileSync(path).equals(entryOf(name))).toBe(true);
  const names = (each: typeof first) => each.map(({ path }) => path.split('/').at(-2));
  expect(names(second)).toEqual(names(first));
});
