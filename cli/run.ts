import { contextOf, uiOf } from './context.ts';
import { commands } from './commands/table.ts';
import { exitCodeOf } from './exit-codes.ts';
import { UsageError } from './fault.ts';
import { helpFor } from './help/help.ts';
import { Interrupted, type Io } from './io.ts';
import { parse, type Parsed } from './parse.ts';
import { errorLines, errorRecord } from './render/error.ts';
import { paintFor } from './render/paint.ts';
import { Values } from './values.ts';
import { version } from './version.ts';

/** Runs one command line. Never throws. @returns the exit code (exit-codes.ts) */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let parsed: Parsed;
  try {
    parsed = parse(argv, commands);
  } catch (error) {
    return failed(io, argv.includes('--json'), error);
  }
  switch (parsed.kind) {
    case 'version':
      io.stdout.write(`${version}\n`);
      return 0;
    case 'help':
      return help(io, parsed);
    case 'command':
      return runCommand(io, parsed);
  }
}

/** What was asked for goes to standard output; help that nobody asked for is a wrong command line. */
function help(io: Io, { words, asked }: Extract<Parsed, { kind: 'help' }>): number {
  const text = helpFor(words, commands);
  if (asked) io.stdout.write(text);
  else io.stderr.write(text);
  return asked ? 0 : 2;
}

async function runCommand(
  io: Io,
  { command, values, positionals }: Extract<Parsed, { kind: 'command' }>,
): Promise<number> {
  const { context, stopped } = contextOf(io, values, positionals);
  try {
    return (await command.run(context)) ?? 0;
  } catch (error) {
    context.ui.live.clear();
    const reason: unknown = io.signal.aborted ? io.signal.reason : undefined;
    if (!(reason instanceof Interrupted)) return failed(io, values.flag('json'), error, context.query);
    for (const line of ['Stopped.', ...stopped.lines]) context.ui.live.print(line);
    return reason.exitCode;
  }
}

function failed(io: Io, json: boolean, error: unknown, query?: string): number {
  const values = new Values({ json });
  const { record } = uiOf(io, values);
  for (const line of errorLines(error, paintFor(io.stderr, io.env), query)) io.stderr.write(`${line}\n`);
  record('error', errorRecord(error));
  if (error instanceof UsageError && error.hint === '') io.stderr.write('  --help shows what there is.\n');
  return exitCodeOf(error);
}
