#!/usr/bin/env node
import { once } from 'node:events';
import { homedir } from 'node:os';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { SpectraClient } from '../client/node.ts';
import { Interrupted, type Io, type Out } from './io.ts';
import { machine } from './machine.ts';
import { run } from './run.ts';
import { start } from './start.ts';

const stop = new AbortController();
/** Ms that a command has to end by itself. */
const grace = 5000;
// The first one ends what waits, the second one everything.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    const interrupted = new Interrupted(signal);
    if (stop.signal.aborted) process.exit(interrupted.exitCode);
    stop.abort(interrupted);
    setTimeout(() => process.exit(interrupted.exitCode), grace).unref();
  });

function outOf(stream: NodeJS.WriteStream): Out {
  // Whoever read it has gone: there is no use in going on.
  stream.on('error', () => stop.abort(new Interrupted('SIGPIPE')));
  return {
    write: (text) => void stream.write(text),
    send: async (bytes) => {
      if (!stream.write(bytes)) await once(stream, 'drain', { signal: stop.signal });
    },
    isTTY: stream.isTTY,
    columns: () => (stream.isTTY && stream.columns > 0 ? stream.columns : 80),
  };
}

const io: Io = {
  stdout: outOf(process.stdout),
  stderr: outOf(process.stderr),
  stdin: () => text(addAbortSignal(stop.signal, process.stdin)),
  env: process.env,
  home: homedir(),
  now: () => Date.now(),
  every: (ms, work) => {
    const timer = setInterval(work, ms).unref();
    return () => clearInterval(timer);
  },
  connect: (options) => new SpectraClient(options),
  fetch: (input, init) => fetch(input, init),
  machine,
  signal: stop.signal,
  start,
};

process.exitCode = await run(process.argv.slice(2), io);
