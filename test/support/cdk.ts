import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = join(import.meta.dirname, '../..');
const bin = join(project, 'node_modules/.bin');
const timeoutMs = 240_000;

/** The CDK CLI in a home of its own. */
export interface OfflineCdk {
  /** For assemblies; goes with `remove`. */
  folder: string;
  /** @throws what execFile throws, when the command fails */
  cdk: (...args: string[]) => Promise<{ stdout: string; stderr: string }>;
  remove: () => Promise<void>;
}

/**
 * The CDK CLI as on a machine without credentials and without a network: a proxy that nobody answers at.
 * @param more added to its environment
 */
export async function offlineCdk(more: Readonly<Record<string, string>> = {}): Promise<OfflineCdk> {
  const folder = await mkdtemp(join(tmpdir(), 'spectra-bulk-cdk-'));
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    HOME: folder,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
    ...more,
  };
  const options = { cwd: project, env, timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
  return {
    folder,
    cdk: (...args) => run(join(bin, 'cdk'), args, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
