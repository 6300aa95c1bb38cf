import type { ClientOptions, SpectraClient } from '../../../client/node.ts';
import type { Io, Out } from '../../../cli/io.ts';
import { run } from '../../../cli/run.ts';

export interface Spoken {
  code: number;
  /** Standard output. */
  out: string;
  /** Standard error. */
  said: string;
}

export interface Given extends Partial<Omit<Io, 'stdout' | 'stderr' | 'connect' | 'stdin'>> {
  /** Both streams are a terminal of so many columns. */
  terminal?: number;
  stdin?: string;
  connect?: (options: ClientOptions) => SpectraClient;
}

/** Runs the command in this process, on streams of its own and with nothing of this machine. */
export async function spectra(args: readonly string[], given: Given = {}): Promise<Spoken> {
  const { terminal, stdin, ...more } = given;
  const stdout = collect(terminal);
  const stderr = collect(terminal);
  const io: Io = {
    env: {},
    home: '/nowhere',
    now: () => Date.now(),
    every: () => () => undefined,
    connect: () => {
      throw new Error('Nothing was to be connected');
    },
    fetch: () => Promise.reject(new Error('Nothing was to be fetched')),
    machine: {
      node: '24.0.0',
      java: () => Promise.resolve('Java 17 (java)'),
      aws: () => Promise.resolve('arn:aws:iam::123456789012:user/somebody'),
    },
    signal: new AbortController().signal,
    start: () => Promise.reject(new Error('Nothing was to be started')),
    ...more,
    stdin: () => Promise.resolve(stdin ?? ''),
    stdout: stdout.to,
    stderr: stderr.to,
  };
  const code = await run(args, io);
  return { code, out: stdout.text(), said: stderr.text() };
}

export function collect(terminal?: number): { to: Out; text: () => string } {
  let all = '';
  const decoder = new TextDecoder();
  const to: Out = {
    write: (text) => {
      all += text;
    },
    send: (bytes) => {
      all += decoder.decode(bytes, { stream: true });
      return Promise.resolve();
    },
    isTTY: terminal !== undefined,
    columns: () => terminal ?? 80,
  };
  return { to, text: () => all };
}

/** Each line of NDJSON. */
export const records = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** What a terminal shows in the end: cursor movements are followed. */
export function screen(text: string): string[] {
  const lines = [''];
  let row = 0;
  // eslint-disable-next-line no-control-regex -- what a terminal is told
  for (const part of text.split(/(\u001b\[\d*[AJm]|\r|\n)/)) {
    // eslint-disable-next-line no-control-regex -- what a terminal is told
    const up = /^\u001b\[(\d+)A$/.exec(part)?.[1];
    if (up !== undefined) row = Math.max(0, row - Number(up));
    else if (part === '\u001b[J') lines.splice(row, Infinity, '');
    else if (part === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (part !== '\r' && !part.startsWith('\u001b')) lines[row] = (lines[row] ?? '') + part;
  }
  return lines.filter((line) => line !== '');
}
