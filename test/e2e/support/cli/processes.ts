import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { nodeExecutable } from '../../../../local/lambda/node-executable.ts';
import { quoted } from '../../../../cli/commands/stopping.ts';
import { until } from '../client.ts';

export interface Running {
  /** All that came, of both streams in a terminal. */
  out: () => string;
  said: () => string;
  /** Waits until it has said so. */
  saying: (words: RegExp) => Promise<RegExpExecArray>;
  /** As from a keyboard. */
  type: (keys: string) => void;
  ended: Promise<number | null>;
}

export interface Place {
  /** The command as it is built. */
  command: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
}

/** The command as a process whose streams are pipes. */
export const inPipe = (args: readonly string[], { command, cwd, env }: Place): Running =>
  watched(spawn(nodeExecutable(), [command, ...args], { cwd, env: { PATH: process.env.PATH, ...env } }));

/** The command as a process in a pseudo-terminal of 100 columns. */
export function inTerminal(args: readonly string[], { command, cwd, env }: Place): Running {
  const line = ['stty cols 100; exec', ...[nodeExecutable(), command, ...args].map(quoted)].join(' ');
  const all = { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env };
  return watched(spawn('script', ['-qefc', line, '/dev/null'], { cwd, env: all }));
}

function watched(child: ChildProcess): Running {
  const text = { out: '', said: '' };
  child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text.said += chunk.toString()));
  const all = () => text.out + text.said;
  return {
    out: () => text.out,
    said: () => text.said,
    saying: (words) => until(String(words), () => words.exec(all()) ?? undefined, all),
    type: (keys) => void child.stdin?.write(keys),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}
