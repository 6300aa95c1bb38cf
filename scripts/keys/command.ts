import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type * as z from 'zod';
import type { NewKey } from '../../core/api-keys/api-key.ts';
import type { ApiKeyStore, Clock, Hasher } from '../../core/ports.ts';

/** What the commands work with; a test hands in its own. */
export interface Tools {
  keys: (table: string) => ApiKeyStore;
  hasher: Hasher;
  clock: Clock;
  random: () => NewKey['random'];
  /** What was asked for, a line at a time: standard output. */
  out: (line: string) => void;
  /** What there is to say about it: standard error. */
  say: (line: string) => void;
}

export interface Command {
  /** Its options and what it does. */
  usage: string;
  /** @throws UsageError when it was asked wrongly, Error when it failed */
  run: (args: readonly string[], tools: Tools) => Promise<void>;
}

/** The command line is wrong; the message says what would be right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;

/** Reads these options and nothing else, and holds them to the schema. @throws UsageError with everything at fault */
export function readOptions<Schema extends z.ZodType>(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(valuesOf(args, options));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `--${path.slice(0, 1).join('')}: ${message}`);
  throw new UsageError(faults.join('\n'));
}

function valuesOf(args: readonly string[], options: ParseArgsOptionsConfig): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
