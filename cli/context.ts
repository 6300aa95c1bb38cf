import type { SpectraClient } from '../client/node.ts';
import { connect } from './config/connect.ts';
import type { Io } from './io.ts';
import { liveLines } from './progress/live-lines.ts';
import { paintFor } from './render/paint.ts';
import type { Ui } from './ui.ts';
import type { Values } from './values.ts';

/** What a command works with. */
export interface Context {
  io: Io;
  ui: Ui;
  values: Values;
  positionals: readonly string[];
  client: () => Promise<SpectraClient>;
  /** What a second command would be, with the options that lead to the same service. */
  commandLine: (words: string) => string;
  /** The query that an error may point into. */
  query?: string;
  /** Lines to say when the user stops the command from here on. */
  whenStopped: (lines: readonly string[]) => void;
}

export interface Stoppable {
  lines: readonly string[];
}

export function contextOf(
  io: Io,
  values: Values,
  positionals: readonly string[],
): { context: Context; stopped: Stoppable } {
  const stopped: Stoppable = { lines: [] };
  let client: Promise<SpectraClient> | undefined;
  const profile = values.text('profile');
  const context: Context = {
    io,
    ui: uiOf(io, values),
    values,
    positionals,
    client: () => (client ??= connect(io, values)),
    commandLine: (words) => `spectra ${words}${profile === undefined ? '' : ` --profile ${profile}`}`,
    whenStopped: (lines) => {
      stopped.lines = lines;
    },
  };
  return { context, stopped };
}

export function uiOf(io: Io, values: Values): Ui {
  const { stdout, stderr, env } = io;
  const quiet = values.flag('quiet');
  const json = values.flag('json');
  const live = liveLines(stderr, { moves: stderr.isTTY && !quiet && env.TERM !== 'dumb', now: io.now });
  const error = paintFor(stderr, env);
  return {
    json,
    live,
    error,
    paint: paintFor(stdout, env),
    out: (line) => {
      if (!json) stdout.write(`${line}\n`);
    },
    record: (type, record) => {
      if (json) stdout.write(`${JSON.stringify({ type, ...record })}\n`);
    },
    row: (row) => stdout.write(`${JSON.stringify(row)}\n`),
    say: (line) => {
      if (!quiet) live.print(line);
    },
    warn: (line) => live.print(`${error('yellow', 'Warning:')} ${line}`),
  };
}
