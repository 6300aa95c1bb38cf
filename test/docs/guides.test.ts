import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { buildCli } from '../../scripts/cli/build-cli.ts';
import { buildSdk } from '../../scripts/sdk/build-sdk.ts';
import { bash, type Ran } from './bash.ts';
import { root } from './documents.ts';
import { snippetsOf } from './snippets.ts';

let aws: LocalAws;
let home: string;
let env: Readonly<Record<string, string>>;

/** What docs/README.md starts for the guides: its file is made, its options are taken. */
async function optionsOfTheGuides() {
  const [block] = await snippetsOf('docs/README.md', ['bash']);
  const [file = '', command = ''] = (block?.code ?? '').trim().split('\n');
  expect(await bash(file, { cwd: home, env: {} })).toMatchObject({ code: 0 });
  expect(command).toMatch(/^npm run -s spectra -- local .* --profile local$/);
  const given = (option: string) =>
    [...command.matchAll(new RegExp(`--${option} ([\\w.]+)=(\\S+)`, 'g'))].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
  const path = (file: string) => (file.startsWith('node_modules') ? join(root, file) : join(home, file));
  return {
    load: Object.fromEntries(given('load').map(([name = '', value = '']) => [name, path(value)])),
    settings: Object.fromEntries(given('set')) as Record<string, string>,
  };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spectra-guides-'));
  const installed = join(home, 'node_modules/spectra-bulk');
  await mkdir(installed, { recursive: true });
  await copyFile(join(root, 'package.json'), join(installed, 'package.json'));
  const [started, command] = await Promise.all([
    optionsOfTheGuides().then(startLocal),
    buildCli(join(home, 'cli')),
    buildSdk(join(installed, 'dist/client')),
  ]);
  aws = started;
  await mkdir(join(home, 'bin'));
  await writeFile(join(home, 'bin/spectra'), `#!/bin/sh\nexec ${nodeExecutable()} ${command} "$@"\n`, { mode: 0o755 });
  const { apiUrl, apiKey } = aws;
  env = { API_URL: apiUrl, API_KEY: apiKey, SPECTRA_URL: apiUrl, SPECTRA_API_KEY: apiKey, XDG_CONFIG_HOME: home };
});
afterAll(async () => {
  await aws.stop();
  await rm(home, { recursive: true, force: true });
});

interface Guide extends Ran {
  folder: string;
  /** What its program has written, where it has one. */
  program: string[];
}

/** A guide as a reader would go through it: its commands in one shell, its program in one file. */
async function follow(page: string): Promise<Guide> {
  const folder = await mkdtemp(join(home, 'guide-'));
  const blocks = await snippetsOf(page, ['bash', 'js']);
  const codeIn = (language: string) => blocks.filter((each) => each.language === language).map(({ code }) => code);
  const ran = await bash(codeIn('bash').join('\n'), { cwd: folder, env, commands: [join(home, 'bin')] });
  expect([page, ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([page, 0, '']);
  const program = codeIn('js');
  if (program.length === 0) return { ...ran, folder, program: [] };
  await writeFile(join(folder, 'program.mjs'), program.join('\n'));
  const options = { cwd: folder, env: { ...env }, timeout: 55_000 };
  const { stdout } = await promisify(execFile)(nodeExecutable(), ['program.mjs'], options);
  return { ...ran, folder, program: stdout.trim().split('\n') };
}

const followed = new Set<string>();
const guide = (name: string): Promise<Guide> => {
  followed.add(`${name}.md`);
  return follow(`docs/guides/${name}.md`);
};

it('export: each command leaves what is said of it', async () => {
  const { folder, stdout, stderr } = await guide('export');
  const names = async (dir: string) => readdir(join(folder, dir));
  expect((await names('far')).every((name) => name.endsWith('.json.gz'))).toBe(true);
  expect(await names('airports')).toHaveLength(1);
  expect((await names('parts')).length).toBeGreaterThan(2);
  expect((await names('by-origin')).sort()).toEqual(['origin=JFK', 'origin=SFO']);
  const [part = ''] = await names('by-origin/origin=SFO');
  expect(await readFile(join(folder, 'by-origin/origin=SFO', part), 'utf8')).toMatch(/^destination,delay\n/);
  const [tabs = ''] = await names('tabs');
  expect(await readFile(join(folder, 'tabs', tabs), 'utf8')).toMatch(/^date\tdelay\t/);
  expect(stdout).toMatch(/^refused with 1$/m);
  expect(stdout).toMatch(/run 1 {2}completed/);
  expect(stderr).toContain('DELETE FROM flights');
});

it('download: the second time nothing is fetched, and a program goes on where it was stopped', async () => {
  const { stderr, program } = await guide('download');
  expect(stderr).toMatch(/of which [\d.]+ MB were there/);
  expect(program).toEqual(['enough for now', 'true true']);
});

it('rows in a program: counted, linked to, asked for with a token, and found again', async () => {
  const { program } = await guide('rows-in-a-program');
  expect(program[0]).toMatch(/^\[ '[A-Z]{3}', \d+ \]$/);
  expect(program.slice(1)).toEqual(['true', '[ [ 3000000 ] ]', 'JobComplete']);
});

it('load: the table is as it is told', async () => {
  await aws.redshift.query('DELETE FROM people WHERE id > 1');
  const { stdout, program } = await guide('load');
  const shown = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
  expect(shown.slice(-7)).toEqual(
    expect.arrayContaining([
      ['1', 'Ada', 'London'],
      ['3', 'Alan', 'Manchester'],
      ['6', 'Donald', 'Stanford'],
    ]),
  );
  expect(stdout).not.toMatch(/Grace[^]*Grace/);
  expect(program).toEqual(['100']);
  expect(await aws.redshift.query('SELECT name FROM people WHERE id = 7')).toEqual([{ name: 'Leslie' }]);
});

it('rejected rows: they are read, mended and loaded', async () => {
  const { folder, stdout, program } = await guide('rejected-rows');
  expect(stdout).toMatch(/^eleven,Tony,Oxford,.*INVALID_VALUE/m);
  expect(stdout).toMatch(/^11 +Tony +Oxford$/m);
  expect(stdout).toMatch(/^exit code 5$/m);
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^10,Niklaus,Zurich,/);
  expect(await readdir(join(folder, 'applied'))).toEqual(['successful-results.csv']);
  expect(program).toEqual([expect.stringMatching(/^x INVALID_VALUE/)]);
});

it('rows at once: a table, an object a line, parameters that are bound', async () => {
  const { stdout, program } = await guide('query');
  expect(stdout).toMatch(/^origin +flights\n/);
  expect(stdout).toMatch(/^\{"flights":\d+\}$/m);
  expect(stdout).toMatch(/"(rows|job_id)":/);
  expect(program).toEqual(['[ [ null ] ] false']);
});

it('retries and errors: one job, an error with its field, the exit code of a failed job', async () => {
  const { stdout, program } = await guide('retries-and-errors');
  expect(stdout).toMatch(/^one job$/m);
  expect(stdout).toMatch(/exit code 5\n"category":"\w+"\nthe same query fails alike$/m);
  expect(stdout).toMatch(/run 2 {2}failed/);
  expect(program).toEqual(['true', expect.stringMatching(/^QUERY_REFUSED SQL_MULTIPLE_STATEMENTS ./)]);
});

it('curl: an export and a load, from the first call to the last', async () => {
  const { folder, stdout } = await guide('curl');
  const lines = gunzipSync(await readFile(join(folder, 'flights.csv.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('origin,flights,delay');
  expect(stdout).toContain(lines.slice(0, 5).join('\n'));
  const flights = lines.slice(1).map((line) => Number(line.split(',')[1]));
  expect(flights).toEqual(flights.toSorted((left, right) => right - left));
  expect(flights.reduce((sum, count) => sum + count, 0)).toBe(3_000_000);
  expect(stdout).toMatch(/^x,Katherine,Hampton,.*INVALID_VALUE/m);
  expect(stdout).toMatch(/"files":\[\{"file":1/);
});

it('other clients: the calls of theirs, and an increment', async () => {
  const { stdout, folder } = await guide('other-clients');
  expect(stdout).toMatch(/^40,Radia,Boston,/m);
  expect(stdout).toMatch(/"last":"2001-02-0\d/);
  expect((await readdir(join(folder, 'increment'))).every((name) => name.endsWith('.parquet'))).toBe(true);
});

it('every guide was followed', async () => {
  expect([...followed].sort()).toEqual((await readdir(join(root, 'docs/guides'))).sort());
});

it("the README's commands, and the upload of docs/api.md, work where what they take is there", async () => {
  const cwd = await mkdtemp(join(home, 'readme-'));
  const shown = (await snippetsOf('README.md', ['sh'])).map(({ code }) => code);
  const before = "printf 'id,name,city\\n50,Tim,London\\n' > accounts.csv";
  const script = [before, ...shown].join('\n').replaceAll('sales.accounts', 'public.people');
  const ran = await bash(script, { cwd, env, commands: [join(home, 'bin')] });
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/"state":"UploadComplete"/) as unknown });
  const [put] = await snippetsOf('docs/api.md', ['sh']);
  const upload = [
    `ID=$(curl -s -X POST "$API_URL/bulk/jobs" -H "Authorization: Bearer $API_KEY" -H 'content-type: application/json' -d '{"operation":"insert","object":"public.people"}' | node -p 'JSON.parse(fs.readFileSync(0)).job_id')`,
    'cp accounts.csv flights.csv',
    `url=$(curl -s "$API_URL/bulk/jobs/$ID/upload-url?bytes=$(wc -c < flights.csv | tr -d ' ')" -H "Authorization: Bearer $API_KEY" | node -p 'JSON.parse(fs.readFileSync(0)).url')`,
    put?.code.replace('curl', 'curl -f'),
    'curl -s "$API_URL/bulk/jobs/$ID/uploads" -H "Authorization: Bearer $API_KEY"',
  ];
  expect(await bash(upload.join('\n'), { cwd, env })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"file":1') as unknown,
  });
});
