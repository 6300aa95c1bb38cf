import type { Command } from '../../command.ts';
import { follow, outcomeOf } from '../../progress/follow.ts';
import { whenWatching } from '../stopping.ts';
import { jobOf, jobPositional } from './target.ts';

export const watch: Command = {
  words: ['jobs', 'watch'],
  summary: 'Follow a job to its end, whoever began it',
  positionals: jobPositional,
  options: {},
  notes: ['The exit code is that of the job: 0 complete, 5 failed, 6 cancelled.'],
  run: async (context) => {
    const job = await jobOf(context);
    whenWatching(context, job.id);
    context.ui.out(outcomeOf(await follow(context, job)));
    return undefined;
  },
};
