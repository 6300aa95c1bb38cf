import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const env = { ...process.env, PATH: `${dirname(nodeExecutable())}:${process.env.PATH ?? ''}`, NODE_OPTIONS: '' };

let folder: string;
let listed: string[];
let server: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectra-package-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, env });
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string; files: { path: string }[] }];
  listed = packed.files.map(({ path }) => path).sort();
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const offline = ['install', '--offline', '--no-audit', '--cache', join(folder, 'cache'), `./${packed.filename}`];
  await run('npm', offline, { cwd: folder, env });
  server = createServer((_, response) =>
    response.end('{"limits":[{"name":"page_size","value":1,"unit":"","description":""}]}'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a file of the project that has installed the package. */
async function node(file: string, code: string): Promise<string> {
  await writeFile(join(folder, file), code);
  return (await run(nodeExecutable(), [file], { cwd: folder, env })).stdout.trim();
}

const use = (target: string) => `
const client = new SpectraClient({ url: ${JSON.stringify(target)}, apiKey: 'key' });
client.limits().then(([first]) => console.log(first.name, new SpectraError({ code: 'X', message: 'm' }) instanceof Error));`;

it('has what users need and nothing else, and installs nothing beside itself', async () => {
  // The parts of the command are named by what is in them.
  expect(listed.filter((path) => !/^dist\/cli\/[\w-]+-[A-Z0-9]{8}\.js$/.test(path))).toEqual([
    'LICENSE',
    'README.md',
    'dist/cli/spectra.js',
    'dist/client/browser.js',
    'dist/client/index.d.cts',
    'dist/client/index.d.ts',
    'dist/client/node.cjs',
    'dist/client/node.js',
    'docs/cli.md',
    'docs/errors.md',
    'docs/sdk.md',
    'package.json',
  ]);
  const installed = (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.'));
  expect(installed).toEqual(['spectra-bulk']);
  const types = await readFile(join(folder, 'node_modules/spectra-bulk/dist/client/index.d.ts'), 'utf8');
  expect(types).not.toMatch(/^import |\bimport\(|<reference/m);
});

it('is used from an ES module and from CommonJS', async () => {
  expect(await node('esm.mjs', `import { SpectraClient, SpectraError } from 'spectra-bulk/client';${use(url)}`)).toBe(
    'page_size true',
  );
  expect(
    await node('cjs.cjs', `const { SpectraClient, SpectraError } = require('spectra-bulk/client');${use(url)}`),
  ).toBe('page_size true');
});

it('brings the command along, which judges a query without a service', async () => {
  const command = join(folder, 'node_modules/.bin/spectra');
  const { stdout } = await run(command, ['export', 'SELECT a FROM b', '--dry-run'], { cwd: folder, env });
  expect(stdout).toMatch(/^UNLOAD \('SELECT a FROM b'\)$/m);
});

const typed = `
const client = new SpectraClient({ url: 'http://127.0.0.1', token: async () => 'token' });
export async function all(signal: AbortSignal): Promise<string[]> {
  const job: Job = await client.export('SELECT 1', { content_type: 'JSON', compression: 'GZIP', signal });
  await job.wait({ onProgress: ({ state }) => { const known: 'Open' | string = state; void known; } });
  for await (const file of job.files()) { const bytes: number = file.bytes; void bytes; }
  const load = await client.load('a.b', [{ id: 1 }], { operation: 'upsert', external_id_field: 'id' });
  for await (const row of load.failedRows()) { const why: string | number | null | undefined = row['_error']; void why; }
  await client.load('a.b', ['x.csv', new Blob(['id'])], { onProgress: ({ file }) => { const n: number = file.n; void n; } });
  for await (const file of load.rowFiles('failed')) { const all: [string, Blob] = [await file.url(), await file.blob()]; void all; }
  const saved: string[] = (await load.downloadRowFiles('unprocessed', 'x')).map(({ path }) => path);
  void saved;
  // @ts-expect-error -- no such rows
  await load.downloadRowFiles('lost', 'x');
  // @ts-expect-error -- no such format
  await client.export('SELECT 1', { content_type: 'XML' });
  try { await job.wait(); } catch (error) { if (error instanceof SpectraError) return [error.code, error.hint]; }
  return (await job.download('x')).map(({ path }) => path);
}`;

it.each([
  { kind: 'a page, without the types of Node', lib: ['es2022', 'dom', 'dom.asynciterable'], types: [] },
  { kind: 'Node, without the types of a page', lib: ['es2024'], types: ['node'] },
])('compiles in a strict TypeScript project for $kind, declarations checked too', async ({ kind, ...own }) => {
  const project = join(folder, kind.slice(0, 6).trim().replace(/\W/g, '-'));
  await mkdir(project);
  const compilerOptions = {
    ...own,
    strict: true,
    skipLibCheck: false,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    typeRoots: [join(root, 'node_modules/@types')],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['esm.mts', 'cjs.cts'] }));
  const imported = "import { type Job, SpectraClient, SpectraError } from 'spectra-bulk/client';";
  for (const file of ['esm.mts', 'cjs.cts']) await writeFile(join(project, file), imported + typed);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = await run(nodeExecutable(), [tsc, '-p', project], { cwd: folder, env }).catch(
    (error: unknown) => error,
  );
  expect(compiled).toMatchObject({ stdout: '' });
});

it('is bundled for a browser, without anything of Node in it', async () => {
  await writeFile(
    join(folder, 'page.js'),
    `import { SpectraClient, SpectraError } from 'spectra-bulk/client';${use(url)}`,
  );
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, 'page.js')],
    absWorkingDir: folder,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  expect(Object.keys(metafile.inputs)).toEqual(['node_modules/spectra-bulk/dist/client/browser.js', 'page.js']);
  const [page] = outputFiles;
  expect(page?.text).not.toMatch(/\bnode:|\brequire\(/);
  expect(await node('page.cjs', page?.text ?? '')).toBe('page_size true');
});
