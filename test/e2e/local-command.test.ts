import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { Client, until } from './support/client.ts';

const project = join(import.meta.dirname, '../..');
const main = join(project, 'local/main.ts');

interface Ready {
  api_url: string;
  api_key: string;
  tenant_id: string;
  aws_endpoint_url: string;
  region: string;
  console_url: string;
  docs_url: string;
}

interface Running {
  child: ChildProcess;
  ready: Ready;
  client: Client;
  output: { stdout: string; stderr: string };
}

let workDir: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'spectra-command-'));
  await writeFile(join(workDir, 'sales.csv'), 'region,amount\nnorth,1\nsouth,2\n');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(workDir, { recursive: true, force: true });
});

function launch(args: readonly string[]) {
  // What a killed process could not remove goes with the folder of this test.
  const env = { ...process.env, TMPDIR: workDir };
  const child = spawn(nodeExecutable(), [main, ...args], { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}

async function startCommand(args: readonly string[] = []): Promise<Running> {
  const { child, output } = launch(args);
  const line = await until(
    'the ready line',
    () => {
      if (child.exitCode !== null) throw new Error(`ended: ${output.stderr}`);
      return /^ready (.*)$/m.exec(output.stdout)?.[1];
    },
    () => output.stderr,
  );
  const ready = JSON.parse(line) as Ready;
  const headers = { authorization: `Bearer ${ready.api_key}` };
  return { child, output, ready, client: new Client({ apiUrl: ready.api_url, headers }) };
}

/** Process ids below a process, at any depth. */
async function descendants(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const each of pids) {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8').catch(() => '');
    parents.set(each, Number(/\) \S (\d+)/.exec(stat)?.[1] ?? 0));
  }
  const below = (parent: number): number[] =>
    pids.filter((each) => parents.get(each) === parent).flatMap((each) => [each, ...below(each)]);
  return below(pid);
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}

const listens = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });

async function expectNothingLeft(ready: Ready, pids: readonly number[]): Promise<void> {
  await until('all its processes to end', async () => {
    const alive = await Promise.all(pids.map(isAlive));
    return alive.includes(true) ? undefined : true;
  });
  expect(await listens(ready.api_url)).toBe(false);
  expect(await listens(ready.aws_endpoint_url)).toBe(false);
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves no process and no port behind', async (signal) => {
  const { child, ready, client, output } = await startCommand();
  expect(Object.keys(ready).sort()).toEqual([
    ...['api_key', 'api_url', 'aws_endpoint_url', 'console_url', 'docs_url', 'region', 'tenant_id'],
  ]);
  expect([ready.console_url, ready.docs_url]).toEqual([`${ready.api_url}/console`, `${ready.api_url}/docs`]);
  await client.complete('SELECT 1 AS one');
  const pids = await descendants(child.pid ?? 0);
  expect(pids.length).toBeGreaterThanOrEqual(4);
  const ended = once(child, 'exit');
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  if (signal !== 'SIGKILL') expect(code).toBe(0);
  await expectNothingLeft(ready, pids);
  expect(output.stdout).toMatch(/^ready \{.*\}\n$/);
});

it('with --data-dir, jobs, files, tables and the key survive a restart', async () => {
  const dataDir = join(workDir, 'data');
  const first = await startCommand(['--data-dir', dataDir, '--load', `sales=${join(workDir, 'sales.csv')}`, '--quiet']);
  const query = 'SELECT region, amount FROM sales ORDER BY amount';
  const { job_id } = await first.client.complete(query, { single_file: true });
  const open = await first.client.create({ query });
  const ended = once(first.child, 'exit');
  first.child.kill('SIGTERM');
  await ended;

  const second = await startCommand(['--data-dir', dataDir, '--quiet']);
  expect(second.ready.api_key).toBe(first.ready.api_key);
  expect((await second.client.list()).jobs.map((job) => job.job_id)).toEqual([open.job_id, job_id]);
  const expected = 'region,amount\nnorth,1\nsouth,2\n';
  expect((await second.client.download(job_id)).map(({ data }) => data.toString())).toEqual([expected]);
  await second.client.patch(open.job_id, { state: 'UploadComplete' });
  expect(await second.client.finished(open.job_id)).toMatchObject({
    state: 'JobComplete',
    number_records_processed: 2,
  });
  const again = once(second.child, 'exit');
  second.child.kill('SIGTERM');
  await again;
});

it('goes on when its functions and its table engine are killed, and says so', async () => {
  const { child, client, output } = await startCommand();
  await client.complete('SELECT 1 AS one');
  const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const pids = await descendants(child.pid ?? 0);
  const commands = await Promise.all(pids.map(commandOf));
  const functions = pids.filter((_, at) => commands[at]?.includes('local/lambda/bootstrap') === true);
  const engines = pids.filter((_, at) => commands[at]?.startsWith('java\0') === true);
  expect(functions.length).toBeGreaterThanOrEqual(4);
  expect(engines).toHaveLength(1);
  for (const pid of functions) process.kill(pid, 'SIGKILL');
  await until('a word on each', () =>
    output.stderr.split('idle process ended by itself').length > functions.length ? true : undefined,
  );
  await client.complete('SELECT 2 AS two');

  const said = output.stderr.length;
  for (const pid of engines) process.kill(pid, 'SIGKILL');
  await until('a word on it', () => (output.stderr.includes('DynamoDB', said) ? true : undefined));
  await until('the service to answer again', async () => {
    const signal = AbortSignal.timeout(5000);
    const response = await fetch(`${client.apiUrl}/bulk/jobs`, { headers: client.headers, signal }).catch(
      () => undefined,
    );
    await response?.text();
    return response?.status === 200 ? true : undefined;
  });
  expect(child.exitCode).toBeNull();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
});

it.each([
  ['an option that there is not', ['--colour', 'red']],
  ['a port that is none', ['--port', 'http']],
  ['a table without a file', ['--load', 'sales']],
  ['a file that is not there', ['--load', 'sales=/nowhere/sales.csv']],
  ['a file of another kind', ['--load', 'sales=/etc/passwd']],
  ['a setting without a value', ['--set', 'SPECTRA_JOB_TTL_DAYS']],
  ['a word too much', ['start']],
])('%s ends with status 2 and says how it goes', async (_what, args) => {
  const { child, output } = launch(args);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(2);
  expect(output.stdout).toBe('');
  expect(output.stderr).toContain('Usage: npm run local');
});

it('a setting out of range ends at once and names it', async () => {
  const { child, output } = launch(['--set', 'SPECTRA_JOB_TTL_DAYS=0']);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).not.toBe(0);
  expect(output.stderr).toContain('SPECTRA_JOB_TTL_DAYS');
});
