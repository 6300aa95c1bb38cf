import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnTied, type TiedChild } from '../../../local/processes/child-process.ts';
import { supervise } from '../../../local/processes/supervise.ts';
import { isAlive } from './is-alive.ts';
import { until } from './until.ts';

const FIXTURE = fileURLToPath(new URL('./parent.fixture.ts', import.meta.url));
const node = (script: string) => ({ command: process.execPath, args: ['-e', script] });
const FOREVER = 'setInterval(() => {}, 1e6)';
const STUBBORN = `process.on('SIGTERM', () => {}); process.stdout.write('deaf'); ${FOREVER}`;

describe('a child process', () => {
  const parents: ChildProcess[] = [];
  const children: TiedChild[] = [];
  afterEach(async () => {
    for (const parent of parents.splice(0)) parent.kill('SIGKILL');
    await Promise.all(children.splice(0).map((child) => child.stop()));
  });

  async function startParent(command: string, ...args: string[]): Promise<{ parent: ChildProcess; pid: number }> {
    const parent = fork(FIXTURE, [command, ...args], { execArgv: [] });
    parents.push(parent);
    const [message] = (await once(parent, 'message')) as [{ pid: number }];
    return { parent, pid: message.pid };
  }
  async function start(script: string, graceMs = 2000): Promise<TiedChild> {
    const child = await spawnTied({ ...node(script), graceMs });
    children.push(child);
    return child;
  }

  it.each([
    ['is killed by SIGKILL', (parent: ChildProcess) => parent.kill('SIGKILL')],
    ['is ended by SIGTERM', (parent: ChildProcess) => parent.kill('SIGTERM')],
    ['is interrupted', (parent: ChildProcess) => parent.kill('SIGINT')],
    ['exits', (parent: ChildProcess) => parent.send('exit')],
  ])('is gone within 3 s when its parent %s', async (_, end) => {
    const { parent, pid } = await startParent(process.execPath, '-e', FOREVER);
    expect(isAlive(pid)).toBe(true);
    end(parent);
    await until(() => !isAlive(pid), 3000);
  });

  it('is gone within 3 s when it ignores SIGTERM and its parent is killed', async () => {
    const { parent, pid } = await startParent(process.execPath, '-e', STUBBORN);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid), 3000);
  });

  it('takes its own children along', async () => {
    const script = `console.log(require('node:child_process').spawn(process.execPath, ['-e', '${FOREVER}']).pid); ${FOREVER}`;
    const child = await start(script);
    await until(() => child.tail().endsWith('\n'));
    const grandchild = Number(child.tail());
    expect(isAlive(grandchild)).toBe(true);
    await child.stop();
    await until(() => !isAlive(grandchild), 3000);
  });

  it('is killed after the grace when it ignores the request to stop', async () => {
    const child = await start(STUBBORN, 50);
    await until(() => child.tail() === 'deaf');
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('reports how it ended and the end of what it printed, no more than asked for', async () => {
    const script = `process.stdout.write('x'.repeat(100000)); console.error('the reason'); process.exitCode = 3;`;
    const child = await spawnTied({ ...node(script), tailBytes: 20 });
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.tail()).toHaveLength(20);
  });

  it('that cannot be started says which command and why', async () => {
    await expect(spawnTied({ command: '/no/such/program', args: [] })).rejects.toThrow(/\/no\/such\/program .*ENOENT/);
  });
});

describe('supervise', () => {
  it('starts a crashed child again, waiting longer each time, until it is stopped', async () => {
    const waits: number[] = [];
    const pids = new Set<number>();
    const supervised = await supervise({
      start: async () => {
        const child = await spawnTied(node(pids.size < 3 ? `console.log('boom'); process.exit(1)` : FOREVER));
        pids.add(child.pid);
        return child;
      },
      onExit: (exit, tail, restartInMs) => {
        expect([exit.code, tail]).toEqual([1, 'boom\n']);
        waits.push(restartInMs);
      },
      minBackoffMs: 10,
      maxBackoffMs: 25,
    });
    await until(() => pids.size === 4 && supervised.current() !== undefined);
    expect(waits).toEqual([10, 20, 25]);
    const last = supervised.current()?.pid ?? 0;
    await supervised.stop();
    expect(isAlive(last)).toBe(false);
    expect(pids.size).toBe(4);
  });
});
