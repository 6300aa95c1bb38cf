import { JobAbortedError } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import { fault } from '../../fault.ts';
import { asyncOption } from '../../options.ts';
import { follow } from '../../progress/follow.ts';
import { whenWatching } from '../stopping.ts';
import { jobOf, jobPositional } from './target.ts';

export const cancel: Command = {
  words: ['jobs', 'cancel'],
  summary: 'Cancel a job, and wait until its statement has stopped',
  positionals: jobPositional,
  options: { reason: { kind: 'text', value: 'TEXT', help: 'kept with the job' }, ...asyncOption },
  notes: ['A load whose rows were committed before is complete all the same: exit code 1.'],
  run: async (context) => {
    const { ui, io, values } = context;
    const job = await jobOf(context);
    const record = await job.cancel(values.text('reason'), { signal: io.signal });
    if (values.flag('async')) {
      ui.record('job', record);
      ui.out(job.id);
      return undefined;
    }
    whenWatching(context, job.id);
    try {
      await follow(context, job);
    } catch (error) {
      if (!(error instanceof JobAbortedError)) throw error;
      ui.say(`Job ${job.id} is cancelled.`);
      ui.out(job.id);
      return undefined;
    }
    throw fault('NOT_CANCELLED', `Job ${job.id} was complete before it could be cancelled`, 'Its rows are applied.');
  },
};
