import { parseArgs } from 'node:util';
import { type Command, nameOf, type Option, type Options } from './command.ts';
import { UsageError } from './fault.ts';
import { nearest } from './nearest.ts';
import { globalOptions } from './options.ts';
import { checkChoice, Values } from './values.ts';

export type Parsed =
  | { kind: 'command'; command: Command; values: Values; positionals: readonly string[] }
  /** `asked`: by --help or the word, not by leaving out the command. */
  | { kind: 'help'; words: readonly string[]; asked: boolean }
  | { kind: 'version' };

const typed = (options: Options) =>
  Object.fromEntries(
    Object.entries(options).map(([name, { kind, short }]) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: kind === 'list',
        ...(short !== undefined && { short }),
      },
    ]),
  );

/** @throws UsageError with what was probably meant */
export function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const words = leadingWords(argv);
  if (words.length === 0) {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) return { kind: 'version' };
    return { kind: 'help', words: [], asked: read(argv, globalOptions, commands).values.flag('help') };
  }
  const first = words[0]?.text ?? '';
  const second = words[1]?.text ?? '';
  if (first === 'help') return { kind: 'help', words: words.slice(1).map(({ text }) => text), asked: true };
  const alone = commands.find((command) => nameOf(command) === first);
  if (alone) return parseFor(alone, without(argv, words.slice(0, 1)), commands);
  const group = commands.filter((command) => command.words.length > 1 && command.words[0] === first);
  if (group.length === 0) throw unknownWord(first, [...new Set(commands.map((command) => command.words[0] ?? ''))], '');
  const named = group.find((command) => command.words[1] === second);
  if (named) return parseFor(named, without(argv, words.slice(0, 2)), commands);
  if (second !== '')
    throw unknownWord(
      second,
      group.map((command) => command.words[1] ?? ''),
      `${first} `,
    );
  const { values } = read(without(argv, words.slice(0, 1)), globalOptions, commands);
  return { kind: 'help', words: [first], asked: values.flag('help') };
}

const unknownWord = (word: string, known: readonly string[], before: string): UsageError => {
  const meant = nearest(word, known);
  const hint = meant === undefined ? `One of: ${known.join(', ')}.` : `Did you mean \`spectra ${before}${meant}\`?`;
  return new UsageError(`There is no command \`${before}${word}\`.`, hint);
};

interface Word {
  text: string;
  index: number;
}

/** The first three words, that of `help` among them, that are no options and no values of global ones. */
function leadingWords(argv: readonly string[]): Word[] {
  const { tokens } = parseArgs({
    args: [...argv],
    options: typed(globalOptions),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens
    .flatMap((token) => (token.kind === 'positional' ? [{ text: token.value, index: token.index }] : []))
    .slice(0, 3);
}

const without = (argv: readonly string[], words: readonly Word[]): string[] =>
  argv.filter((_, at) => !words.some(({ index }) => index === at));

function parseFor(command: Command, args: readonly string[], commands: readonly Command[]): Parsed {
  const options = { ...globalOptions, ...command.options };
  const { values, positionals } = read(args, options, commands);
  if (values.flag('help')) return { kind: 'help', words: command.words, asked: true };
  const { least = 0, most = 0, shown = '' } = command.positionals ?? {};
  const usage = `Usage: spectra ${nameOf(command)} ${shown}`.trimEnd();
  if (positionals.length < least) throw new UsageError(`${shown} is missing.`, usage);
  if (positionals.length > most)
    throw new UsageError(`\`${positionals[most] ?? ''}\` is one word too much (quote what belongs together).`, usage);
  return { kind: 'command', command, values, positionals };
}

function read(args: readonly string[], options: Options, commands: readonly Command[]) {
  const { tokens, ...parsed } = parseArgs({
    args: [...args],
    options: typed(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw unknownOption(token.rawName, options, commands);
    checkValue(token.name, option, token.value, token.inlineValue === true);
  }
  return { values: new Values(parsed.values), positionals: parsed.positionals };
}

function checkValue(name: string, option: Option, value: string | undefined, inline: boolean): void {
  if (option.kind === 'flag') {
    if (value !== undefined) throw new UsageError(`--${name} takes no value.`);
    return;
  }
  const looksLikeOption = !inline && value?.startsWith('-') === true && value !== '-';
  if (value === undefined || value === '' || looksLikeOption)
    throw new UsageError(
      `--${name} needs a value: ${option.value ?? 'VALUE'}.`,
      `One that begins with -: --${name}=-...`,
    );
  checkChoice(name, option, value);
}

function unknownOption(rawName: string, options: Options, commands: readonly Command[]): UsageError {
  const known = Object.keys(options).map((name) => `--${name}`);
  const meant = nearest(rawName, known);
  if (meant !== undefined) return new UsageError(`There is no option ${rawName}.`, `Did you mean ${meant}?`);
  const owner = commands.find(({ options: own }) => Object.hasOwn(own, rawName.replace(/^-+/, '')));
  const hint = owner ? `It is an option of \`spectra ${nameOf(owner)}\`.` : '--help shows what there is.';
  return new UsageError(`There is no option ${rawName}.`, hint);
}
