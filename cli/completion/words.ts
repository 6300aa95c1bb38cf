import { type Command, type Option } from '../command.ts';
import { globalOptions } from '../options.ts';

/** First words, each with its summary: commands and groups. */
export function firstWords(commands: readonly Command[]): (readonly [word: string, summary: string])[] {
  const words = new Map<string, string>();
  for (const {
    words: [first = '', second],
    summary,
  } of commands)
    words.set(first, second === undefined ? summary : [words.get(first), second].filter(Boolean).join(', '));
  return [...words];
}

export const groupsOf = (commands: readonly Command[]): string[] => [
  ...new Set(commands.filter(({ words }) => words.length > 1).map(({ words }) => words[0] ?? '')),
];

/** A command's options and those of all. */
export const allOptions = ({ options }: Command): [string, Option][] =>
  Object.entries({ ...options, ...globalOptions });

/** Options before a command whose next word is a value. */
export const globalsWithValue = (): string[] =>
  Object.entries(globalOptions).flatMap(([name, { kind }]) => (kind === 'flag' ? [] : [`--${name}`]));

export const flagsOf = ([name, { short }]: [string, Option]): string[] => [
  `--${name}`,
  ...(short === undefined ? [] : [`-${short}`]),
];
