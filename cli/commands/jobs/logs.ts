import type { LogEntry } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import { printable } from '../../render/printable.ts';
import { jobOf, jobPositional } from './target.ts';

export const logs: Command = {
  words: ['jobs', 'logs'],
  summary: 'What happened to a job: when, by whom and why',
  positionals: jobPositional,
  options: {},
  run: async (context) => {
    const job = await jobOf(context);
    for await (const entry of job.logs({ signal: context.io.signal })) {
      context.ui.record('log', entry);
      context.ui.out(lineOf(entry));
    }
    return undefined;
  },
};

function lineOf({ at, attempt, event, from, to, by, reason }: LogEntry): string {
  const change = from === to || from === null ? to : `${from} -> ${to}`;
  const why = reason === null ? '' : `  ${printable(reason)}`;
  return `${at}  run ${attempt}  ${event.padEnd(15)}  ${change}  by ${printable(by)}${why}`;
}
