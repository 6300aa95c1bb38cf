import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { firstFileCommands } from './commands.ts';
import { runCommands } from './run-commands.ts';

const usage = `Usage: npm run first-file

Clones the last commit into an empty folder, runs there what docs/quickstart.md says, with nothing in npm's cache, and tells the seconds of
each command until the first file is exported. The summary is one JSON object on standard output. README.md has its figures.
`;

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { help: { type: 'boolean' } } });

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spectra-first-file-'));
  const clone = join(folder, 'clone');
  try {
    await promisify(execFile)('git', ['clone', '--quiet', '--no-hardlinks', root, clone]);
    const commands = firstFileCommands(await readFile(join(clone, 'docs/quickstart.md'), 'utf8'));
    const env = { XDG_CONFIG_HOME: join(folder, 'config'), npm_config_cache: join(folder, 'cache'), NODE_OPTIONS: '' };
    const timed = await runCommands(commands, { folder: clone, env });
    const seconds = timed.reduce((sum, each) => sum + each.seconds, 0);
    const files = await readdir(join(clone, 'late'));
    process.stdout.write(`${JSON.stringify({ commands: timed, seconds, files, cores: availableParallelism() })}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (values.help === true) process.stdout.write(usage);
else await measure();
