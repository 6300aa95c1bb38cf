import type { ClientOptions, SpectraClient } from '../client/node.ts';

/** Where text goes, and what kind of place it is. */
export interface Out {
  write: (text: string) => void;
  /** Bytes as they are; done when there is room for more. */
  send: (bytes: Uint8Array) => Promise<void>;
  isTTY: boolean;
  /** Characters of a line, asked anew each time: windows change. */
  columns: () => number;
}

/** What doctor asks of the machine. Each is undefined where there is none, with the reason as text where there is one. */
export interface Machine {
  node: string;
  /** @throws Error of one sentence, with the fix, when there is none that is new enough */
  java: () => Promise<string>;
  /** Who the AWS credentials of the environment are. @throws when there are none, or they are refused */
  aws: () => Promise<string>;
}

/** Everything that a command touches; tests hand in their own. */
export interface Io {
  stdout: Out;
  stderr: Out;
  /** All of standard input. */
  stdin: () => Promise<string>;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Epoch ms. */
  now: () => number;
  /** @returns what ends it; it never keeps the process alive */
  every: (ms: number, work: () => void) => () => void;
  connect: (options: ClientOptions) => SpectraClient;
  fetch: typeof globalThis.fetch;
  machine: Machine;
  /** Aborted with an `Interrupted` when the user wants no more. */
  signal: AbortSignal;
  /** Runs another program of the project in this terminal; `seen` is told each line of its standard output. @returns its exit code */
  start: (file: string, args: readonly string[], seen?: (line: string) => Promise<void>) => Promise<number>;
}

/** The command was told to stop from outside. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE') {
    super(signal);
    this.exitCode = 128 + { SIGINT: 2, SIGTERM: 15, SIGPIPE: 13 }[signal];
  }
}
