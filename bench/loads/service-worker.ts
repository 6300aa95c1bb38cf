import { join } from 'node:path';
import { createJob, startJob } from '../../local/demo/api.ts';
import { upload } from '../../local/demo/upload.ts';
import { noLimits } from '../../local/no-limits.ts';
import { startLocal } from '../../local/start.ts';
import { JobStates } from '../service/job-states.ts';
import { serve } from '../worker.ts';
import { StepTimes } from './step-times.ts';
import { memoryGb, resetSql, rows, table, taskOf, type Task } from './tasks.ts';

const [folder = ''] = process.argv.slice(2);

// The embedded AWS: Redshift, S3 and the gateway are this process; DynamoDB Local and the functions are its children.
await serve(async () => {
  const local = await startLocal({
    load: { source: join(folder, 'flights.parquet') },
    warehouse: { memoryLimit: `${memoryGb}GB` },
    settings: noLimits,
  });
  const states = new JobStates(local);
  const times = new StepTimes(local);
  const api = { url: local.apiUrl, key: local.apiKey };
  await local.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  const load = async (task: Task) => {
    await local.redshift.query(resetSql(task, 'source'));
    const job = await createJob(api, { ...task.load, object: table });
    await upload(api, job, 1, join(folder, task.file));
    await startJob(api, job);
    const { seconds } = await states.completed(job.job_id);
    return { seconds, steps: await times.of(job.job_id) };
  };
  const counted = async (task: Task) => {
    const done = await load(task);
    const [row] = await local.redshift.query(`SELECT count(*) AS rows FROM ${table}`);
    const expected = rows + (task.load.operation === 'upsert' ? rows / 10 : 0);
    if (Number(row?.rows) !== expected) throw new Error(`${task.label} left ${String(row?.rows)} rows`);
    return done;
  };
  // Functions start their first process now.
  await load(taskOf('insert PARQUET'));
  return {
    about: 'load by a job of the service, from InProgress to JobComplete',
    run: (label) => counted(taskOf(label)),
    close: async () => {
      states.close();
      times.close();
      await local.stop();
    },
  };
});
