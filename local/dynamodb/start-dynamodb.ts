import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnTied, type Exit, type TiedChild } from '../processes/child-process.ts';
import { checkJava } from './java.ts';

export interface DynamoDbOptions {
  /** default: any free port */
  port?: number;
  /** where tables and streams are kept; default: in memory */
  dataDir?: string;
  /** default 60,000 */
  readyTimeoutMs?: number;
  /** told when it ends without having been asked to, with the end of its output */
  onExit?: (exit: Exit, tail: string) => void;
}

export interface DynamoDbServer {
  /** `http://127.0.0.1:<port>`, for DynamoDB and DynamoDB Streams */
  endpoint: string;
  port: number;
  /** of the Java process */
  pid: number;
  close: () => Promise<void>;
}

const ATTEMPTS = 3;
const EMULATOR = join(
  dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
  'emulator',
);

/**
 * Starts AWS's DynamoDB Local. All credentials and regions see the same tables.
 * @throws Error when Java is missing or too old, or the emulator does not come up in time
 */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDbServer> {
  const java = await checkJava();
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const child = await launch(java.command, port, options.dataDir);
    const outcome = await waitUntilReady(child, port, options.readyTimeoutMs ?? 60_000);
    if (outcome === undefined) return server(child, port, options.onExit);
    await child.stop();
    const taken = /already in use|BindException|bind to/i.test(child.tail());
    // Somebody took the free port between our looking and Java's listening.
    if (taken && options.port === undefined && attempt < ATTEMPTS) continue;
    throw new Error(`DynamoDB Local on port ${port} ${outcome}; its output ends: ${child.tail().trim()}`);
  }
}

function launch(java: string, port: number, dataDir: string | undefined): Promise<TiedChild> {
  const storage = dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir];
  return spawnTied({
    command: java,
    // A small heap and the cheap compiler: it starts sooner and leaves the machine to others.
    args: [
      '-XX:TieredStopAtLevel=1',
      '-Xms64m',
      '-Xmx512m',
      `-Djava.library.path=${join(EMULATOR, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(EMULATOR, 'DynamoDBLocal.jar'),
      ...storage,
      ...['-port', String(port), '-sharedDb', '-disableTelemetry'],
    ],
    cwd: EMULATOR,
  });
}

/** Undefined when the emulator itself answers (a stranger on its port would name no request id), else what went wrong. */
async function waitUntilReady(child: TiedChild, port: number, timeoutMs: number): Promise<string | undefined> {
  const deadline = performance.now() + timeoutMs;
  const ended = child.exited.then(({ code, signal }) => `ended (${signal ?? code ?? ''}) before it was ready`);
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer().catch(() => undefined);
    const end = await Promise.race([ended, delay(50, undefined)]);
    if (end !== undefined) return end;
    if (answer?.headers.has('x-amzn-requestid')) return undefined;
  }
  return `was not ready within ${timeoutMs} ms`;
}

function server(child: TiedChild, port: number, onExit: DynamoDbOptions['onExit']): DynamoDbServer {
  let closing = false;
  void child.exited.then((exit) => {
    if (!closing) onExit?.(exit, child.tail());
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    close: async () => {
      closing = true;
      await child.stop();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
