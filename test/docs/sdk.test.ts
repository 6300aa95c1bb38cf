import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { buildSdk } from '../../scripts/sdk/build-sdk.ts';
import { root } from './documents.ts';

let aws: LocalAws;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectra-sdk-'));
  const installed = join(folder, 'node_modules/spectra-bulk');
  await mkdir(installed, { recursive: true });
  const load = { flights: join(root, 'node_modules/vega-datasets/data/flights-3m.parquet') };
  [aws] = await Promise.all([
    startLocal({ load }),
    buildSdk(join(installed, 'dist/client')),
    readFile(join(root, 'package.json')).then((text) => writeFile(join(installed, 'package.json'), text)),
  ]);
  await aws.redshift.query('CREATE SCHEMA demo');
  await aws.redshift.query('CREATE TABLE demo.people (id INTEGER, name VARCHAR(40))');
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

const blocksOf = (page: string) => [...page.matchAll(/^```js\n([^]*?)^```/gm)].map(([, block = '']) => block);

/** Runs blocks as one module of a project that has the package. */
async function output(blocks: readonly string[]): Promise<string> {
  await writeFile(join(folder, 'program.mjs'), blocks.join('\n'));
  const env = { API_URL: aws.apiUrl, API_KEY: aws.apiKey };
  const options = { cwd: folder, env, timeout: 50_000 };
  return (await promisify(execFile)(nodeExecutable(), ['program.mjs'], options)).stdout;
}

it('the blocks of docs/sdk.md, one behind the other, are a program that does what is said', async () => {
  const page = await readFile(join(root, 'docs/sdk.md'), 'utf8');
  const blocks = blocksOf(page);
  expect(blocks).toHaveLength(page.match(/^```\w/gm)?.length ?? 0);
  const lines = (await output(blocks)).trim().split('\n');
  expect(lines).toContain('3000000 flights');
  expect(lines).toContainEqual(expect.stringMatching(/^flights\/.*\.csv\.gz true$/));
  expect(lines).toContainEqual(expect.stringMatching(/^2 INVALID_VALUE/));
  expect(lines).toContainEqual(expect.stringMatching(/^failed-results\.csv \d+ http/));
  expect(lines).toContain('rejected/failed-results.csv true');
  expect(lines).toContain('2 rows');
  expect(lines).toContainEqual(expect.stringMatching(/^\{ files: 2, bytes: \d+ \}$/));
  expect(lines).toContain("[ [ 'Alan' ] ]");
  expect(lines).toContainEqual(expect.stringMatching(/ JobComplete$/));
  expect(lines).toContainEqual(expect.stringMatching(/ completed$/));
  expect(lines).toContain('true');
  expect(lines.at(-1)).toMatch(/^Failed \w+ false$/);
});

it("the README's program downloads what it exports", async () => {
  const blocks = blocksOf(await readFile(join(root, 'README.md'), 'utf8'));
  expect(blocks).toHaveLength(1);
  const dir = join(folder, 'flights');
  await rm(dir, { recursive: true, force: true });
  await output(blocks);
  expect((await readdir(dir)).every((name) => name.endsWith('.csv.gz'))).toBe(true);
});
