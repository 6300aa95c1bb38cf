import type { Command } from '../command.ts';
import { bash } from './bash.ts';
import { fish } from './fish.ts';
import { zsh } from './zsh.ts';

/** Shells that there is completion for. */
export const shells: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish };
