import type { Command, Option } from '../command.ts';
import { nameOf } from '../command.ts';
import { commands } from '../commands/table.ts';
import { environmentVariables } from '../config/environment.ts';
import { exitCodeMeanings } from '../exit-codes.ts';
import { faults } from '../fault.ts';
import { globalOptions } from '../options.ts';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const optionRow = ([name, { short, value, kind, choices, help }]: [string, Option]): string => {
  const flags = `${short === undefined ? '' : `-${short}, `}--${name}${kind === 'flag' ? '' : ` ${value ?? 'VALUE'}`}`;
  const more = [...(choices ? [`one of ${choices.join(', ')}`] : []), ...(kind === 'list' ? ['may be repeated'] : [])];
  return `| \`${flags}\` | ${cell([help, ...more].join('; '))} |`;
};

const optionTable = (options: Command['options']): string[] =>
  Object.keys(options).length === 0
    ? []
    : ['', '| option | |', '| --- | --- |', ...Object.entries(options).map(optionRow)];

const commandSection = (command: Command): string[] => [
  '',
  `### ${nameOf(command)}`,
  '',
  `\`spectra ${[nameOf(command), command.positionals?.shown].filter(Boolean).join(' ')}\`: ${command.summary}.`,
  ...(command.notes ?? []).flatMap((note) => ['', note]),
  ...optionTable(command.options),
];

/** What docs/cli.md says of commands, options and codes: made of the tables that the command itself uses. */
export const reference = (): string =>
  [
    '## Exit codes',
    '',
    '| code | |',
    '| --- | --- |',
    ...exitCodeMeanings.map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`),
    '',
    '## Errors of the command',
    '',
    'Beside those of the service and of the SDK ([errors.md](errors.md)):',
    '',
    '| code | |',
    '| --- | --- |',
    ...Object.entries(faults).map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`),
    '| `USAGE` | the command line is wrong |',
    '',
    '## Environment',
    '',
    '| variable | |',
    '| --- | --- |',
    ...Object.entries(environmentVariables).map(([name, use]) => `| \`${name}\` | ${cell(use)} |`),
    '',
    '## Options of every command',
    ...optionTable(globalOptions),
    '',
    '## Commands',
    ...commands.flatMap(commandSection),
    '',
  ].join('\n');
