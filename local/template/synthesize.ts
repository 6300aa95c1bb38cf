import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** What to synthesize and where; the CDK CLI is not needed, the app itself writes the assembly. */
export interface SynthesizeOptions {
  /** Folder with `cdk.json`. */
  projectDir: string;
  /** Folder that receives the cloud assembly. It should lie outside of the project, so that the bundles in it are read as on Lambda. */
  outDir: string;
  /** The app command; default: `app` in `cdk.json`. */
  app?: string;
  account: string;
  region: string;
  /** Added to the environment of the app, e.g. `SPECTRA_JOB_TTL_DAYS`. */
  env?: Readonly<Record<string, string>>;
  /** CDK context, over that of `cdk.json` and `cdk.context.json`. */
  context?: Readonly<Record<string, string>>;
  /** Milliseconds; default 120 000. */
  timeoutMs?: number;
}

const CdkJson = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).default({}) });

/** What the CDK CLI adds: without it `cdk diff` would find differences that nobody made. */
export const cliContext = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

/** The app failed to synthesize: its own output is in the message. */
export class SynthError extends Error {
  override name = 'SynthError';
}

/**
 * Runs the CDK app as a child process and leaves its cloud assembly in `outDir`.
 * @throws {SynthError} when the app ends with an error or runs out of time
 */
export async function synthesize(options: SynthesizeOptions): Promise<void> {
  const { projectDir, outDir } = options;
  const cdkJson = CdkJson.parse(JSON.parse(await readFile(join(projectDir, 'cdk.json'), 'utf8')));
  const context = { ...(await ownContext(projectDir)), ...cdkJson.context, ...cliContext, ...options.context };
  await runApp(options.app ?? cdkJson.app, {
    cwd: projectDir,
    timeoutMs: options.timeoutMs ?? 120_000,
    env: {
      ...process.env,
      ...options.env,
      PATH: `${join(projectDir, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_DEFAULT_ACCOUNT: options.account,
      CDK_DEFAULT_REGION: options.region,
    },
  });
}

/** `cdk.context.json`, where somebody may keep settings of an own installation. */
async function ownContext(projectDir: string): Promise<Record<string, unknown>> {
  const file = join(projectDir, 'cdk.context.json');
  return existsSync(file) ? z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8'))) : {};
}

interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
}

async function runApp(command: string, { cwd, env, timeoutMs }: RunOptions): Promise<void> {
  const output: string[] = [];
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const deadline = AbortSignal.timeout(timeoutMs);
  const kill = () => child.kill('SIGKILL');
  deadline.addEventListener('abort', kill);
  process.once('exit', kill);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return;
    const how = deadline.aborted ? `gave no assembly within ${timeoutMs} ms` : `ended with code ${String(code)}`;
    throw new SynthError(`The CDK app (${command}) ${how}:\n${output.join('').trim()}`);
  } finally {
    deadline.removeEventListener('abort', kill);
    process.off('exit', kill);
  }
}
