import type { Command } from '../command.ts';
import { UsageError } from '../fault.ts';
import { shells } from '../completion/shells.ts';

const names = Object.keys(shells);

/** Takes the table, of which it is itself a part. */
export const completion = (commands: () => readonly Command[]): Command => ({
  words: ['completion'],
  summary: 'Print a script that completes commands and options in your shell',
  positionals: { shown: names.join('|'), least: 1, most: 1, choices: names },
  options: {},
  examples: [
    'source <(spectra completion bash)     # in ~/.bashrc',
    'source <(spectra completion zsh)      # in ~/.zshrc, after compinit',
    'spectra completion fish > ~/.config/fish/completions/spectra.fish',
  ],
  run: ({ positionals: [shell = ''], io }) => {
    const script = new Map(Object.entries(shells)).get(shell);
    if (!script) throw new UsageError(`${shell} is no shell that is known here.`, `One of: ${names.join(', ')}.`);
    io.stdout.write(script(commands()));
    return Promise.resolve(undefined);
  },
});
