import { startLocal } from '../../local/start.ts';
import { createJob } from '../service/http.ts';
import { JobStates } from '../service/job-states.ts';
import { formats, query, table, tableFile } from './formats.ts';
import { serve } from '../worker.ts';

// The embedded AWS: Redshift, S3 and the gateway are this process; DynamoDB Local and the functions are its children.
await serve(async () => {
  const local = await startLocal({ load: { [table]: tableFile } });
  const states = new JobStates(local);
  const exported = async (job: Record<string, unknown>) =>
    await states.completed(await createJob(local, { start: true, ...job }));
  // Functions start their first process now.
  await exported({ query: `${query} WHERE distance < 0` });
  return {
    about: 'UNLOAD by a job of the service, from InProgress to JobComplete',
    run: (label) => exported({ query, ...formats.find((each) => each.label === label)?.job }),
    close: async () => {
      states.close();
      await local.stop();
    },
  };
});
