import { type Command } from '../command.ts';
import { allOptions, firstWords, groupsOf } from './words.ts';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

export function fish(commands: readonly Command[]): string {
  const lines = firstWords(commands).map(
    ([word, summary]) => `complete -c spectra -n __fish_use_subcommand -a ${word} -d ${quoted(summary)}`,
  );
  for (const group of groupsOf(commands)) {
    const own = commands.filter(({ words: [first] }) => first === group);
    const words = own.map(({ words: [, second = ''] }) => second).join(' ');
    const condition = `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${words}`;
    for (const {
      words: [, second = ''],
      summary,
    } of own)
      lines.push(`complete -c spectra -n ${quoted(condition)} -a ${second} -d ${quoted(summary)}`);
  }
  return [
    '# fish completion of spectra: spectra completion fish > ~/.config/fish/completions/spectra.fish',
    'complete -c spectra -f',
    ...lines,
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');
}

function commandLines(command: Command): string[] {
  const condition = command.words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
  const start = `complete -c spectra -n ${quoted(condition)}`;
  const options = allOptions(command).map(([name, { kind, short, choices, path, help }]) => {
    const taken =
      kind === 'flag' ? '' : path === true ? ' -r -F' : choices ? ` -x -a ${quoted(choices.join(' '))}` : ' -x';
    return `${start} -l ${name}${short === undefined ? '' : ` -s ${short}`}${taken} -d ${quoted(help)}`;
  });
  const { path, choices } = command.positionals ?? {};
  const words = path === true ? [`${start} -F`] : choices ? [`${start} -a ${quoted(choices.join(' '))}`] : [];
  return [...options, ...words];
}
