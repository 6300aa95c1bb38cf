import { type Command, nameOf } from '../command.ts';
import { allOptions, firstWords, flagsOf, globalsWithValue, groupsOf } from './words.ts';

export function bash(commands: readonly Command[]): string {
  const groups = groupsOf(commands).map((group) => {
    const words = commands.filter(({ words: [first] }) => first === group).map(({ words }) => words[1]);
    return `    ${group}) words="${words.join(' ')}" ;;`;
  });
  return `# bash completion of spectra: source <(spectra completion bash)
_spectra() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} first= second= words= paths= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${globalsWithValue().join('|')}) ((i++)) ;;
      -*) ;;
      *) if [[ -z $first ]]; then first=\${COMP_WORDS[i]}; elif [[ -z $second ]]; then second=\${COMP_WORDS[i]}; fi ;;
    esac
  done
  COMPREPLY=()
  case $first in
    '') words="${firstWords(commands)
      .map(([word]) => word)
      .join(' ')} help" ;;
${groups.join('\n')}
  esac
  if [[ -n $first && -z $words ]]; then second=; fi
  if [[ -n $words && -z $second ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur")) || :
    return
  fi
  words=
  case "$first\${second:+ $second}" in
${commands.map(commandCase).join('\n')}
  esac
  if [[ -n $paths ]]; then
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null || :
    COMPREPLY=($(compgen -f -- "$cur")) || :
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur")) || :
  fi
}
complete -F _spectra spectra
`;
}

function commandCase(command: Command): string {
  const options = allOptions(command);
  const values = options.flatMap(([name, option]) => {
    if (option.kind === 'flag') return [];
    const does = option.path === true ? 'paths=1' : `words="${(option.choices ?? []).join(' ')}"`;
    return [`        ${flagsOf([name, option]).join('|')}) ${does} ;;`];
  });
  const { path, choices } = command.positionals ?? {};
  const flags = options.flatMap(flagsOf).filter((flag) => flag.startsWith('--'));
  const rest =
    path === true
      ? `if [[ $cur == -* ]]; then words="${flags.join(' ')}"; else paths=1; fi`
      : `words="${[...(choices ?? []), ...flags].join(' ')}"`;
  return `    "${nameOf(command)}")
      case $prev in
${values.join('\n')}
        *) ${rest} ;;
      esac ;;`;
}
