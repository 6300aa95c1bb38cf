import type { Command } from '../../command.ts';
import { asyncOption } from '../../options.ts';
import { follow, outcomeOf } from '../../progress/follow.ts';
import { whenWatching } from '../stopping.ts';
import { jobOf, jobPositional } from './target.ts';

export const retry: Command = {
  words: ['jobs', 'retry'],
  summary: 'Run a failed or cancelled job again, and follow it',
  positionals: jobPositional,
  options: asyncOption,
  run: async (context) => {
    const { ui, io, values } = context;
    const job = await jobOf(context);
    const record = await job.retry({ signal: io.signal });
    whenWatching(context, job.id);
    if (values.flag('async')) {
      ui.record('job', record);
      ui.out(job.id);
    } else ui.out(outcomeOf(await follow(context, job)));
    return undefined;
  },
};
