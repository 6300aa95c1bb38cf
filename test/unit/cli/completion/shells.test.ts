import { nameOf } from '../../../../cli/command.ts';
import { commands } from '../../../../cli/commands/table.ts';
import { shells } from '../../../../cli/completion/shells.ts';

it.each(Object.entries(shells))('%s knows every command and every option of it', (shell, script) => {
  const text = script(commands);
  for (const command of commands) {
    for (const word of command.words) expect(text).toContain(word);
    for (const option of Object.keys(command.options))
      expect(text).toContain(shell === 'fish' ? `-l ${option} ` : `--${option}`);
  }
});

it('zsh and fish get texts that no quote of ours ends', () => {
  const { zsh, fish } = shells;
  for (const line of zsh?.(commands).split('\n') ?? []) expect((line.match(/'/g) ?? []).length % 2).toBe(0);
  for (const line of fish?.(commands).split('\n') ?? [])
    expect((line.replaceAll(String.raw`\'`, '').match(/'/g) ?? []).length % 2).toBe(0);
  expect(commands.map(nameOf)).toHaveLength(new Set(commands.map(nameOf)).size);
});
