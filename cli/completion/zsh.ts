import { type Command, nameOf } from '../command.ts';
import { allOptions, firstWords, groupsOf } from './words.ts';

/** Between single quotes, and with what _arguments and _describe take for their own taken out. */
const text = (words: string): string => words.replaceAll("'", '’').replaceAll(/[[\]:\\]/g, ' ');

export function zsh(commands: readonly Command[]): string {
  const groups = groupsOf(commands);
  return `#compdef spectra
# zsh completion of spectra: source <(spectra completion zsh)
_spectra() {
  local -a choices
  if (( CURRENT == 2 )); then
    choices=(${described(firstWords(commands))})
    _describe -t commands command choices
    return
  fi
  if (( CURRENT == 3 )); then
    case $words[2] in
${groups.map((group) => `      ${group}) choices=(${described(secondWords(commands, group))}); _describe -t commands command choices; return ;;`).join('\n')}
    esac
  fi
  local name=$words[2]
  shift words; (( CURRENT-- ))
  case $name in
    ${groups.join('|')}) name="$name $words[2]"; shift words; (( CURRENT-- )) ;;
  esac
  case $name in
${commands.map(commandCase).join('\n')}
  esac
}
if (( $+functions[compdef] )); then compdef _spectra spectra; fi
`;
}

const secondWords = (commands: readonly Command[], group: string): (readonly [string, string])[] =>
  commands
    .filter(({ words: [first] }) => first === group)
    .map(({ words: [, second = ''], summary }) => [second, summary] as const);

const described = (words: readonly (readonly [string, string])[]): string =>
  words.map(([word, summary]) => `'${word}:${text(summary)}'`).join(' ');

function commandCase(command: Command): string {
  const specs = allOptions(command).flatMap(([name, { kind, short, value, choices, path, help }]) => {
    const action = path === true ? '_files' : choices ? `(${choices.join(' ')})` : ' ';
    const argument = kind === 'flag' ? '' : `:${text(value ?? 'value')}:${action}`;
    const star = kind === 'list' ? '*' : '';
    return [
      `'${star}--${name}[${text(help)}]${argument}'`,
      ...(short === undefined ? [] : [`'-${short}[${text(help)}]${argument}'`]),
    ];
  });
  const { positionals } = command;
  const rest =
    positionals?.path === true ? '_files' : positionals?.choices ? `(${positionals.choices.join(' ')})` : ' ';
  const words = positionals ? [`'*:${text(positionals.shown)}:${rest}'`] : [];
  return `    '${nameOf(command)}') _arguments -s ${[...specs, ...words].join(' ')} ;;`;
}
