import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Place {
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Folders of commands, before all others. */
  commands?: readonly string[];
  /** Ms; default 55,000. */
  timeout?: number;
}

/** Runs a script as a reader would who pastes it, and stops at the first command that fails. */
export async function bash(script: string, { cwd, env, commands = [], timeout = 55_000 }: Place): Promise<Ran> {
  const PATH = [...commands, dirname(nodeExecutable()), process.env.PATH].join(':');
  const options = { cwd, env: { ...env, PATH }, timeout };
  const child = spawn('bash', ['--norc', '--noprofile', '-euo', 'pipefail', '-c', script], options);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
