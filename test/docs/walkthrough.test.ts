import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { root } from './documents.ts';

let aws: LocalAws;
let workDir: string;
beforeAll(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'spectra-walkthrough-'));
  aws = await startLocal({ load: { flights: join(root, 'node_modules/vega-datasets/data/flights-3m.parquet') } });
});
afterAll(async () => {
  await aws.stop();
  await rm(workDir, { recursive: true, force: true });
});

/** Runs a script as a reader would who pastes it, and stops at the first command that fails. */
async function bash(script: string) {
  const env = {
    PATH: `${dirname(nodeExecutable())}:${process.env.PATH}`,
    API_URL: aws.apiUrl,
    API_KEY: aws.apiKey,
  };
  const child = spawn('bash', ['--norc', '--noprofile', '-eu', '-c', script], { cwd: workDir, env, timeout: 30_000 });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

it("the README's walk-through works when it is pasted as it is", async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const marked = /<!-- walkthrough -->([^]*?)<!-- \/walkthrough -->/.exec(readme)?.[1] ?? '';
  const blocks = [...marked.matchAll(/^```bash\n([^]*?)^```/gm)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(0);
  const { code, stdout, stderr } = await bash(blocks.join('\n'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(await readFile(join(workDir, 'job.json'), 'utf8'))).toMatchObject({ state: 'JobComplete' });
  expect(stdout).toContain('"download_url":"http');
  const lines = gunzipSync(await readFile(join(workDir, 'flights.csv.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('origin,flights,delay');
  expect(stdout.slice(stdout.indexOf('origin,flights'))).toBe(`${lines.slice(0, 5).join('\n')}\n`);
  const flights = lines.slice(1).map((line) => Number(line.split(',')[1]));
  expect(flights).toEqual(flights.toSorted((left, right) => right - left));
  expect(flights.reduce((sum, count) => sum + count, 0)).toBe(3_000_000);
});
