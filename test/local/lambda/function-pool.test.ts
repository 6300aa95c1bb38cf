import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionPool } from '../../../local/lambda/function-pool.ts';
import type { LogLine } from '../../../local/lambda/function-process.ts';
import { TooManyRequestsError, type InvocationResult } from '../../../local/lambda/invocation.ts';

const code = `
const fs = require('node:fs');
let calls = 0;
const arrived = () => fs.readdirSync(__dirname).filter((name) => name.startsWith('arrived-')).length;
exports.handler = async (event, context) => {
  calls += 1;
  if (event.do === 'throw') throw new TypeError('as asked');
  if (event.do === 'exit') process.exit(3);
  if (event.do === 'spin') for (;;);
  if (event.do === 'hang') return await new Promise(() => setInterval(() => {}, 1000));
  if (event.do === 'reject later') setTimeout(() => Promise.reject(new Error('nobody waits')), 5);
  if (event.do === 'reject later') return await new Promise(() => {});
  if (event.do === 'log') console.log('a line');
  if (event.do === 'nothing') return undefined;
  if (event.do === 'meet') {
    fs.writeFileSync(__dirname + '/arrived-' + process.pid, '');
    while (arrived() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (event.do === 'pause') await new Promise((resolve) => setTimeout(resolve, 50));
  return { calls, pid: process.pid, env: process.env, id: context.awsRequestId, left: context.getRemainingTimeInMillis(), argv: process.execArgv };
};`;

describe('a function as processes', () => {
  let folder: string;
  let lines: LogLine[];
  let pools: FunctionPool[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'function-pool-'));
    await writeFile(join(folder, 'index.js'), code);
    await writeFile(join(folder, 'broken.js'), 'throw new Error("cannot load");');
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    lines = [];
    pools = [];
  });
  afterEach(() => Promise.all(pools.map((pool) => pool.stop())));

  const create = (
    overrides: { handler?: string; timeout?: number; reservedConcurrency?: number; maximum?: number } = {},
  ) => {
    const { maximum, ...rest } = overrides;
    const names = { logicalId: 'F', label: 'f', name: 'f', arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' };
    const pool = new FunctionPool({
      definition: { ...names, folder, handler: 'index.handler', memorySize: 200, timeout: 1, environment: {}, ...rest },
      environment: { MINE: '1', LAMBDA_TASK_ROOT: folder, _HANDLER: rest.handler ?? 'index.handler' },
      log: (line) => lines.push(line),
      ...(maximum !== undefined && { maximum }),
    });
    pools.push(pool);
    return pool;
  };
  const payloadOf = (result: InvocationResult) => {
    if (result.kind === 'error') throw new Error(JSON.stringify(result.error));
    return JSON.parse(result.payload) as {
      calls: number;
      pid: number;
      env: object;
      id: string;
      left: number;
      argv: string[];
    };
  };
  const errorOf = (result: InvocationResult) => (result.kind === 'error' ? result.error : undefined);

  it('keeps a process warm, so that state outside of the handler survives as on Lambda', async () => {
    const pool = create();
    const first = payloadOf(await pool.invoke('{}'));
    const second = payloadOf(await pool.invoke('{}'));
    expect([first.calls, second.calls]).toEqual([1, 2]);
    expect(pool.counters()).toMatchObject({ invocations: 2, coldStarts: 1, errors: 0 });
  });

  it('gives each concurrent invocation a process of its own', async () => {
    const pool = create({ timeout: 20 });
    // Each waits until all three have arrived, which one process for two would never see.
    const results = await Promise.all([1, 2, 3].map(() => pool.invoke('{"do":"meet"}')));
    expect(new Set(results.map((result) => payloadOf(result).pid)).size).toBe(3);
  });

  it('lets invocations wait when all processes are busy, instead of losing them', async () => {
    const pool = create({ maximum: 1 });
    const results = await Promise.all([1, 2, 3].map(() => pool.invoke('{"do":"pause"}')));
    expect(results.map((result) => payloadOf(result).calls)).toEqual([1, 2, 3]);
  });

  it('refuses more than the reserved concurrency', async () => {
    const pool = create({ reservedConcurrency: 1 });
    const first = pool.invoke('{"do":"pause"}');
    await expect(pool.invoke('{}')).rejects.toThrow(TooManyRequestsError);
    expect((await first).kind).toBe('success');
  });

  it('sees nothing of the environment of the parent', async () => {
    process.env.SECRET_OF_THE_PARENT = 'x';
    const { env } = payloadOf(await create().invoke('{}'));
    delete process.env.SECRET_OF_THE_PARENT;
    expect(env).toHaveProperty('MINE', '1');
    expect(env).not.toHaveProperty('SECRET_OF_THE_PARENT');
  });

  it('has the heap of the template and knows its request and its time', async () => {
    const { argv, id, left } = payloadOf(await create().invoke('{}', 'request-1'));
    expect(argv).toContain('--max-old-space-size=180');
    expect(id).toBe('request-1');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(1000);
  });

  it.each(['spin', 'hang'])(
    'kills a handler that does not end (%s) when its time is up, and serves the next',
    async (what) => {
      const pool = create({ timeout: 0.3 });
      const error = errorOf(await pool.invoke(JSON.stringify({ do: what }), 'r'));
      expect(error).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: 'RequestId: r Error: Task timed out after 0.30 seconds',
      });
      expect(payloadOf(await pool.invoke('{}')).calls).toBe(1);
      expect(pool.counters()).toMatchObject({ timeouts: 1, coldStarts: 2 });
    },
  );

  it('reports what the handler throws, and keeps the process', async () => {
    const pool = create();
    const error = errorOf(await pool.invoke('{"do":"throw"}'));
    expect(error).toMatchObject({ errorType: 'TypeError', errorMessage: 'as asked' });
    expect(error?.stackTrace?.length).toBeGreaterThan(1);
    expect(payloadOf(await pool.invoke('{}')).calls).toBe(2);
  });

  it('reports a process that exits, and replaces it', async () => {
    const pool = create();
    const error = errorOf(await pool.invoke('{"do":"exit"}', 'r'));
    expect(error).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: r Error: Runtime exited with error: exit status 3',
    });
    expect(payloadOf(await pool.invoke('{}')).calls).toBe(1);
  });

  it('reports a rejection that nobody handles', async () => {
    const error = errorOf(await create().invoke('{"do":"reject later"}'));
    expect(error).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: nobody waits',
    });
  });

  it('replaces a process that is killed while idle', async () => {
    const pool = create();
    const { pid } = payloadOf(await pool.invoke('{}'));
    process.kill(pid, 'SIGKILL');
    const results = await Promise.all([pool.invoke('{}'), pool.invoke('{}')]);
    const pids = results.flatMap((result) => (result.kind === 'success' ? [payloadOf(result).pid] : []));
    // The kill may race with the first invocation, which then fails as it would on Lambda; never both.
    expect(pids.length).toBeGreaterThan(0);
    expect(pids).not.toContain(pid);
  });

  it('fails an invocation when the bundle cannot be loaded, instead of starting processes for ever', async () => {
    const pool = create({ handler: 'broken.handler' });
    expect(errorOf(await pool.invoke('{}'))).toMatchObject({ errorType: 'Error', errorMessage: 'cannot load' });
    expect(pool.counters()).toMatchObject({ coldStarts: 1, errors: 1 });
  });

  it.each([
    ['missing.handler', 'Runtime.ImportModuleError'],
    ['index.nothing', 'Runtime.HandlerNotFound'],
  ])('names what is wrong with the handler %s', async (handler, errorType) => {
    expect(errorOf(await create({ handler }).invoke('{}'))).toMatchObject({ errorType });
  });

  it('passes console output on under the name of the function', async () => {
    await create().invoke('{"do":"log"}');
    expect(lines).toContainEqual({ source: 'f', stream: 'stdout', text: 'a line' });
  });

  it('answers null for a handler that returns nothing', async () => {
    expect(await create().invoke('{"do":"nothing"}')).toMatchObject({ kind: 'success', payload: 'null' });
  });

  it('leaves no process behind when it is stopped', async () => {
    const pool = create();
    const { pid } = payloadOf(await pool.invoke('{}'));
    const hanging = pool.invoke('{"do":"hang"}');
    await pool.stop();
    expect((await hanging).kind).toBe('error');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
