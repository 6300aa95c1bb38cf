import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { figuresIn, firstFileCommands } from '../../scripts/first-file/commands.ts';
import { runCommands, type Timed } from '../../scripts/first-file/run-commands.ts';
import { bash } from './bash.ts';
import { root } from './documents.ts';
import { snippetsOf } from './snippets.ts';

/** Seconds that all but `npm ci` may take, on a machine that does other things too. */
const mostSeconds = 120;

let home: string;
let copy: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spectra-quickstart-'));
  copy = join(home, 'clone');
  // As a clone has it: what is tracked, and nothing that was built or left here. The modules alone are those that are installed.
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 10_000_000 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await cp(join(root, file), join(copy, file));
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const commandsIn = async (page: string): Promise<string[]> =>
  firstFileCommands(await readFile(join(root, page), 'utf8'));

it('the README shows the commands of docs/quickstart.md, and says how many they are', async () => {
  const [shown] = await snippetsOf('README.md', ['bash'], 'npm ci');
  const commands = await commandsIn('docs/quickstart.md');
  expect(shown?.code.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(commands);
  expect(figuresIn(await readFile(join(root, 'README.md'), 'utf8')).commands).toBe(commands.length);
});

it('these commands lead from a clone to the first exported file in five minutes, and it can be looked around there', async () => {
  const [install, ...commands] = await commandsIn('docs/quickstart.md');
  expect(install).toBe('npm ci');
  const look = await snippetsOf('docs/quickstart.md', ['bash'], 'spectra()');
  const env = { XDG_CONFIG_HOME: join(home, 'config'), NODE_OPTIONS: '' };
  const script = look.map(({ code }) => code).join('\n');
  const timed = await runCommands([...commands, script], { folder: copy, env });
  const late = await readdir(join(copy, 'late'));
  const texts = await Promise.all(late.map((name) => readFile(join(copy, 'late', name), 'utf8')));
  const lines = texts.flatMap((text) => text.trimEnd().split('\n').slice(1));
  const page = await readFile(join(root, 'docs/quickstart.md'), 'utf8');
  expect(page).toContain(`${lines.length.toLocaleString('en')} rows`);
  expect((await readdir(join(copy, 'flights'))).every((name) => name.endsWith('.parquet'))).toBe(true);
  const seconds = sum(timed.slice(0, -1));
  const figures = figuresIn(await readFile(join(root, 'README.md'), 'utf8'));
  expect(seconds).toBeLessThan(mostSeconds);
  expect(figures.install + seconds).toBeLessThan(300);
  expect(figures.install).toBeLessThan(figures.seconds);
}, 300_000);

it("the README's demo verifies what it has exported; npm test, beside it, is what runs this", async () => {
  const [shown] = await snippetsOf('README.md', ['bash'], 'npm run demo');
  const [demo = '', ...others] = (shown?.code ?? '').trim().split('\n');
  expect(others.map((line) => line.split(' #')[0]?.trim())).toEqual(['npm test']);
  const ran = await bash(demo, { cwd: copy, env: { HOME: home }, timeout: 240_000 });
  expect(ran).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ verified\n(.* yes\n|-.*\n)+Files are in /) as unknown,
  });
}, 300_000);

const sum = (timed: readonly Timed[]): number => timed.reduce((all, { seconds }) => all + seconds, 0);
