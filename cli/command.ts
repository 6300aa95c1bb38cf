import type { Context } from './context.ts';

export interface Option {
  kind: 'flag' | 'text' | 'list';
  short?: string;
  /** What its value is called in help; of `text` and `list`. */
  value?: string;
  /** Values that it takes, and no others. */
  choices?: readonly string[];
  /** Its value is a path. */
  path?: boolean;
  help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** One entry of the table of commands: parsing, help and completion are made of it. */
export interface Command {
  /** Its name, and before it that of its group. */
  words: readonly string[];
  summary: string;
  /** What follows it, as help shows it. */
  positionals?: { shown: string; least: number; most: number; path?: boolean; choices?: readonly string[] };
  options: Options;
  /** Paragraphs of help. */
  notes?: readonly string[];
  examples?: readonly string[];
  /** @returns the exit code where it is not 0 */
  run: (context: Context) => Promise<number | undefined>;
}

export const nameOf = ({ words }: Pick<Command, 'words'>): string => words.join(' ');
