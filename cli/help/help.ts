import { environmentVariables } from '../config/environment.ts';
import { type Command, nameOf, type Options } from '../command.ts';
import { exitCodeMeanings } from '../exit-codes.ts';
import { globalOptions } from '../options.ts';

const intro = 'Spectra Bulk on the command line: exports, loads and queries of a warehouse, and their jobs.';

/** Two columns, the second wrapped at 100 characters. */
function listed(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(30, Math.max(...entries.map(([left]) => left.length))) + 4;
  return entries.flatMap(([left, right]) => {
    const lines = wrapped(right, 100 - width);
    const first =
      left.length + 4 > width
        ? [`  ${left}`, `${' '.repeat(width)}${lines[0] ?? ''}`]
        : [`  ${left}`.padEnd(width) + (lines[0] ?? '')];
    return [...first, ...lines.slice(1).map((line) => ' '.repeat(width) + line)];
  });
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const line = lines[last] ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[last] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

const optionsOf = (options: Options): string[] =>
  listed(
    Object.entries(options).map(([name, { short, value, kind, choices, help }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${kind === 'flag' ? '' : ` ${value ?? 'VALUE'}`}`,
      [help, ...(choices ? [`(${choices.join(', ')})`] : []), ...(kind === 'list' ? ['(may be repeated)'] : [])].join(
        ' ',
      ),
    ]),
  );

const usageOf = (command: Command): string =>
  ['spectra', nameOf(command), command.positionals?.shown, '[options]'].filter((part) => part !== undefined).join(' ');

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

/** Help for one command. */
export const commandHelp = (command: Command): string =>
  [
    `Usage: ${usageOf(command)}`,
    '',
    ...wrapped(`${command.summary}.`, 100),
    ...(command.notes ?? []).flatMap((note) => ['', ...wrapped(note, 100)]),
    ...section('Options:', optionsOf(command.options)),
    ...section('Options of every command:', optionsOf(globalOptions)),
    ...section(
      'Examples:',
      (command.examples ?? []).map((example) => `  ${example}`),
    ),
    '',
  ].join('\n');

const brief = (commands: readonly Command[]): string[] =>
  listed(
    commands.map((command) => [
      [nameOf(command), command.positionals?.shown].filter(Boolean).join(' '),
      command.summary,
    ]),
  );

/** Help for a group of commands, or for all of them where no word is given. */
export function groupHelp(commands: readonly Command[], group?: string): string {
  if (group !== undefined)
    return [
      `Usage: spectra ${group} COMMAND [options]`,
      '',
      ...brief(commands),
      '',
      `\`spectra ${group} COMMAND --help\` says more.`,
      '',
    ].join('\n');
  return [
    intro,
    '',
    'Usage: spectra COMMAND [options]',
    ...section('Commands:', brief(commands)),
    ...section('Options of every command:', optionsOf(globalOptions)),
    ...section(
      'Environment (flags go first, then the environment, then the profile):',
      listed(Object.entries(environmentVariables)),
    ),
    ...section('Exit codes:', listed(exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]))),
    '',
    '`spectra COMMAND --help` says more.',
    '',
  ].join('\n');
}

/** The text for some words; the group's or everything where they name no command. */
export function helpFor(words: readonly string[], commands: readonly Command[]): string {
  const [first] = words;
  const command = commands.find((each) => each.words.every((word, at) => words[at] === word));
  if (command) return commandHelp(command);
  const group = commands.filter((each) => each.words.length > 1 && each.words[0] === first);
  return group.length > 0 && first !== undefined ? groupHelp(group, first) : groupHelp(commands);
}
