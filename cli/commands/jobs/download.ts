import type { Command } from '../../command.ts';
import { outOption } from '../../options.ts';
import { download as downloadFiles } from '../../progress/download.ts';
import { follow } from '../../progress/follow.ts';
import { whenDownloading, whenWatching } from '../stopping.ts';
import { jobOf, jobPositional } from './target.ts';

export const download: Command = {
  words: ['jobs', 'download'],
  summary: 'Download the files of an export',
  positionals: jobPositional,
  options: outOption,
  notes: [
    'Default folder: the one you are in. A job that is not complete is waited for. Files are verified by their checksums; what an earlier download left is not fetched again.',
  ],
  run: async (context) => {
    const { values, io } = context;
    const dir = values.text('out') ?? '.';
    const job = await jobOf(context);
    whenWatching(context, job.id, dir);
    const known = await job.refresh({ signal: io.signal });
    const record = known.state === 'JobComplete' ? known : await follow(context, job);
    whenDownloading(context, job.id, dir);
    await downloadFiles(context, job, record, dir);
    return undefined;
  },
};
