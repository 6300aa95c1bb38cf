import { SpectraClient } from '../../client/node.ts';
import { serve } from '../worker.ts';

const [url = '', apiKey = ''] = process.argv.slice(2);
const client = new SpectraClient({ url, apiKey });

// A task is the id of a job and the folder to download it to.
await serve(() =>
  Promise.resolve({
    about: 'job.download() of the SDK, from the list of files to the last checksum',
    run: async (task) => {
      const [id = '', dir = ''] = task.split(' ');
      const began = performance.now();
      const files = await client.job(id).download(dir);
      const seconds = (performance.now() - began) / 1000;
      if (!files.every(({ verified, resumed }) => verified && resumed === 0))
        throw new Error('A file was not verified');
      return { seconds };
    },
    close: () => Promise.resolve(),
  }),
);
