import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { nodeExecutable } from '../../../../local/lambda/node-executable.ts';
import { quoted } from '../../../../cli/commands/stopping.ts';
import { until } from '../client.ts';

const main = join(import.meta.dirname, '../../../../cli/main.ts');

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
  cwd: string;
  env: Readonly<Record<string, string>>;
}

const own = ['--disable-warning=ExperimentalWarning', main];

/** The command as a process whose streams are pipes. */
export const inPipe = (args: readonly string[], place: Place): Running =>
  watched(spawn(nodeExecutable(), [...own, ...args], { ...place, env: { PATH: process.env.PATH, ...place.env } }));

/** The command as a process in a pseudo-terminal of 100 columns. */
export function inTerminal(args: readonly string[], place: Place): Running {
  const line = ['stty cols 100; exec', ...[nodeExecutable(), ...own, ...args].map(quoted)].join(' ');
  const env = { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...place.env };
  return watched(spawn('script', ['-qefc', line, '/dev/null'], { ...place, env }));
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
