import { SpectraClient } from '../../client/node.ts';
import { serve } from '../worker.ts';

const [url = '', apiKey = '', s3 = ''] = process.argv.slice(2);

/** A client whose requests to S3 go to another address. */
const clientVia = (address: string) =>
  new SpectraClient({
    url,
    apiKey,
    fetch: (input, init) => fetch(typeof input === 'string' ? input.replace(s3, address) : input, init),
  });

// A task is the id of a job, the folder to download it to, and the address of S3.
await serve(() =>
  Promise.resolve({
    about: 'job.download() of the SDK, from the list of files to the last checksum',
    run: async (task) => {
      const [id = '', dir = '', address = ''] = task.split(' ');
      const began = performance.now();
      const files = await clientVia(address).job(id).download(dir);
      const seconds = (performance.now() - began) / 1000;
      if (!files.every(({ verified, resumed }) => verified && resumed === 0))
        throw new Error('A file was not verified');
      return { seconds };
    },
    close: () => Promise.resolve(),
  }),
);
