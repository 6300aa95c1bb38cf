import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkJava } from './dynamodb/java.ts';
import type { LogLine } from './lambda/function-process.ts';
import { startLocal, type LocalAws } from './start.ts';

const usage = `Usage: npm run local -- [options]

Runs the whole service on this machine, until Ctrl-C. When it is ready, one line on standard output:
  ready {"api_url", "api_key", "tenant_id", "aws_endpoint_url", "region", "console_url", "docs_url"}

  --port N           port of the API; the AWS endpoint takes N+1 (default: free ports)
  --data-dir DIR     keep jobs, files and tables in DIR over a restart
  --load TABLE=FILE  load a .parquet, .csv or .json file into the warehouse; may be repeated
  --set NAME=VALUE   a setting of the service, e.g. SPECTRA_JOB_TTL_DAYS=1; may be repeated
  --tenant ID        whom the API key is for (default: demo)
  --quiet            no logs of the functions
  --help
`;

interface Arguments {
  port?: number;
  dataDir?: string;
  tenantId?: string;
  load: Record<string, string>;
  settings: Record<string, string>;
  quiet: boolean;
}

/** Bad arguments; the message says what is wrong. */
class UsageError extends Error {
  override name = 'UsageError';
}

// Whatever could not be closed in time must not keep the port and the children alive.
process.exit(await main(process.argv.slice(2)));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    // Before all else: synthesizing takes seconds that would be for nothing.
    await checkJava();
    return await run(args);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof UsageError)) {
      process.stderr.write(`${message}\n`);
      return 1;
    }
    process.stderr.write(`${message}\n\n${usage}`);
    return 2;
  }
}

function readArguments(argv: readonly string[]): Arguments | 'help' {
  const values = parse(argv);
  if (values.help === true) return 'help';
  return {
    load: tables(values.load ?? []),
    settings: Object.fromEntries((values.set ?? []).map((text) => pair('--set', text))),
    quiet: values.quiet === true,
    ...(values.port !== undefined && { port: portNumber(values.port) }),
    ...(values['data-dir'] !== undefined && { dataDir: resolve(values['data-dir']) }),
    ...(values.tenant !== undefined && { tenantId: values.tenant }),
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const list = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  const options = { port: text, 'data-dir': text, load: list, set: list, tenant: text, quiet: flag, help: flag };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: false }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 0 && port < 65_535) return port;
  throw new UsageError(`--port must be a number between 0 and 65534, not ${text}`);
}

function tables(load: readonly string[]): Record<string, string> {
  const entries = load.map((text) => {
    const [table, file] = pair('--load', text);
    if (!/\.(parquet|csv|json)$/i.test(file))
      throw new UsageError(`--load takes .parquet, .csv and .json files, not ${file}`);
    if (!existsSync(file)) throw new UsageError(`--load: there is no file ${file}`);
    return [table, resolve(file)] as const;
  });
  return Object.fromEntries(entries);
}

function pair(option: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new UsageError(`${option} wants name=value, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function run({ quiet, ...options }: Arguments): Promise<number> {
  const interrupted = new Promise<number>((resolveSignal) => {
    process.once('SIGINT', () => resolveSignal(130));
    process.once('SIGTERM', () => resolveSignal(143));
    process.once('SIGHUP', () => resolveSignal(129));
  });
  const started = performance.now();
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1)} s  ${text}\n`);
  };
  const log = ({ source, text }: LogLine) => {
    if (!quiet || source === 'local') process.stderr.write(`[${source}] ${text}\n`);
  };
  const starting = startLocal({ ...options, progress, log });
  const first = await Promise.race([starting, interrupted]);
  if (typeof first === 'number') {
    await starting.then((local) => local.stop());
    return 0;
  }
  process.stdout.write(`ready ${JSON.stringify(readyLine(first))}\n`);
  const { ConsoleUrl: console, DocsUrl: docs } = first.outputs;
  if (console !== undefined) progress(`console: ${console}`);
  if (docs !== undefined) progress(`docs: ${docs}`);
  progress('ready; Ctrl-C ends it');
  await interrupted;
  progress('stopping');
  await first.stop();
  return 0;
}

function readyLine(local: LocalAws): Record<string, string> {
  return {
    api_url: local.apiUrl,
    api_key: local.apiKey,
    tenant_id: local.tenantId,
    aws_endpoint_url: local.awsEndpointUrl,
    region: local.region,
    ...(local.outputs.ConsoleUrl !== undefined && { console_url: local.outputs.ConsoleUrl }),
    ...(local.outputs.DocsUrl !== undefined && { docs_url: local.outputs.DocsUrl }),
  };
}
