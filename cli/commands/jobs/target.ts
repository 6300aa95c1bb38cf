import type { Job } from '../../../client/node.ts';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';

export const jobPositional: NonNullable<Command['positionals']> = { shown: 'JOB', least: 1, most: 1 };

/** The job that the command line names. */
export async function jobOf({ client, positionals: [id = ''] }: Context): Promise<Job> {
  return (await client()).job(id);
}
