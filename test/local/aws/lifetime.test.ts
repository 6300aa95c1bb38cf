import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { eventually, startFixture } from '../fixtures/start-fixture.ts';

const main = join(import.meta.dirname, '../../../local/main.ts');
const runner = join(import.meta.dirname, '../fixtures/run-fixture.ts');

/** All processes below this one, at whatever depth. */
function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The processes of DynamoDB Local that this one has. */
function tableEngines(): number[] {
  const own = descendants(process.pid);
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('java -XX') && line.includes('DynamoDBLocal.jar') && !line.includes('watchdog'))
    .map((line) => Number(line.trim().split(' ')[0]))
    .filter((pid) => own.includes(pid));
}
/** Timers that keep this process from ending. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('the lifetime of the local AWS', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'leaves no process and no port behind after %s, not even a function that spins',
    async (signal) => {
      const child = spawn(process.execPath, [runner], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { apiUrl, pids } = JSON.parse(line) as { apiUrl: string; pids: number[] };
      const below = descendants(child.pid ?? 0);
      expect(below).toEqual(expect.arrayContaining(pids));
      expect(below.length).toBeGreaterThanOrEqual(3);
      child.kill(signal);
      await eventually(
        () => Promise.resolve(below.filter(isAlive)),
        (alive) => alive.length === 0,
      );
      await expect(fetch(apiUrl)).rejects.toThrow();
    },
  );

  it('keeps items and files over a restart, and the key', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'local-data-'));
    const issueKey = () => Promise.resolve(`key-${Math.random()}`);
    const first = await startFixture({ dataDir, issueKey });
    const Bucket = first.local.outputs.BucketName;
    const upload = new S3Client(first.config);
    await upload.send(new PutObjectCommand({ Bucket, Key: 'file', Body: 'kept' }));
    await first.local.stream('on-change').pause();
    await first.put({ pk: { S: 'kept' }, sk: { S: 'unseen' }, type: { S: 'job' } });
    upload.destroy();
    await first.stop();

    const second = await startFixture({ dataDir, issueKey });
    const download = new S3Client(second.config);
    const Key = { pk: { S: 'kept' }, sk: { S: 'unseen' } };
    const { Item } = await second.dynamodb.send(new GetItemCommand({ TableName: second.TableName, Key }));
    const { Body } = await download.send(new GetObjectCommand({ Bucket, Key: 'file' }));
    expect(Item).toMatchObject(Key);
    expect(await Body?.transformToString()).toBe('kept');
    expect(second.local.apiKey).toBe(first.local.apiKey);
    download.destroy();
    await second.stop();
    await rm(dataDir, { recursive: true });
  });

  it('starts DynamoDB Local again when it dies, and serves on', async () => {
    const fixture = await startFixture();
    const [java] = tableEngines();
    process.kill(java ?? 0, 'SIGKILL');
    await eventually(
      () =>
        fixture.put({ pk: { S: 'A' }, sk: { S: 'after' } }).then(
          () => true,
          () => false,
        ),
      (works) => works,
    );
    expect(fixture.lines.some(({ text }) => text.includes('DynamoDB Local ended'))).toBe(true);
    await fixture.stop();
  });

  it.each(['DynamoDB Local ended', 'DynamoDB Local runs again'])(
    'stopped just when it logs "%s", leaves no process, no reader and no sweeper of the restart behind',
    async (moment) => {
      const before = timers();
      const stopped = Promise.withResolvers<undefined>();
      const heard: string[] = [];
      const fixture = await startFixture({
        log: ({ text }) => {
          heard.push(text.split(/[;(]/)[0]?.trim() ?? '');
          if (text.startsWith(moment)) fixture.stop().then(() => stopped.resolve(undefined), stopped.reject);
        },
      });
      const [java] = tableEngines();
      process.kill(java ?? 0, 'SIGKILL');
      await stopped.promise;
      // Had it not waited for the restart, the new engine would come after the end.
      expect(heard).toContain('DynamoDB Local runs again');
      expect(tableEngines()).toEqual([]);
      await eventually(
        () => Promise.resolve(timers()),
        (left) => left <= before,
      );
    },
  );

  it.each([
    [['--nonsense'], /--nonsense/],
    [['--port', 'x'], /--port must be a number/],
    [['--load', 'flights'], /--load wants name=value/],
    [['--load', 'flights=/no/such.csv'], /there is no file/],
    [['--load', `flights=${main}`], /takes .parquet, .csv and .json/],
  ])('explains the usage and ends with 2 for %j', async (args, message) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
    expect(said).toMatch(message);
    expect(said).toContain('Usage: npm run local');
  });

  it('says in one sentence that Java is missing, and ends with 1', async () => {
    const env = { ...process.env, JAVA_HOME: '/no/java' };
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'pipe'], env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toEqual([expect.stringContaining('needs Java 17 or newer')]);
  });
});
