import { type Command, type Tools, UsageError } from './command.ts';
import { create } from './create.ts';
import { list } from './list.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';

const commands: ReadonlyMap<string, Command> = new Map(Object.entries({ create, list, revoke, rotate }));

const usage = (named: Iterable<Command>, program: string): string =>
  [
    'Usage:',
    ...Array.from(named, (command) => `  ${program} ${command.usage}`),
    '',
    'Credentials and region come from the environment (AWS_PROFILE, AWS_REGION, ...).',
  ].join('\n');

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 asked wrongly; what was wrong is said, with how `program` is called. */
export async function run(
  [name = '', ...args]: readonly string[],
  tools: Tools,
  program = 'npm run keys --',
): Promise<0 | 1 | 2> {
  const command = commands.get(name);
  if (!command) {
    tools.say(usage(commands.values(), program));
    return 2;
  }
  try {
    await command.run(args, tools);
    return 0;
  } catch (error) {
    tools.say(messageOf(error));
    if (!(error instanceof UsageError)) return 1;
    tools.say(`\n${usage([command], program)}`);
    return 2;
  }
}

/** AWS says what went wrong by the error's name, and sometimes with it alone. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ['Error', 'UsageError'].includes(error.name) ? error.message : `${error.name}: ${error.message}`;
}
