import type { LocalAws } from '../../local/local-aws.ts';
import { measure, type Measure, quantile, round } from '../measure.ts';
import { createJob, readStatus, timed } from './http.ts';
import type { JobStates } from './job-states.ts';

const samples = 100;
const smallJobs = 40;
const atOnce = 8;
const most = 120_000;

async function latency(group: string, name: string, call: () => Promise<unknown>): Promise<Measure[]> {
  const times: number[] = [];
  for (let n = 0; n < samples; n += 1) times.push(await timed(call));
  return [0.5, 0.99].map((q) =>
    measure({ group, name: `${name} p${q * 100}`, value: round(quantile(times, q)), unit: 'ms', kind: 'timed' }),
  );
}

/** How long callers wait for an answer, one at a time, with warm functions. */
export async function benchLatency(local: LocalAws, states: JobStates, query: string): Promise<Measure[]> {
  const group = `Accept latency through the embedded AWS (${samples} calls, one at a time)`;
  const started: string[] = [];
  const start = async () => started.push(await createJob(local, { query, start: true }));
  await start();
  const open = await createJob(local, { query });
  const measures = [
    await latency(group, 'POST /bulk/jobs, Open', () => createJob(local, { query })),
    await latency(group, 'GET /bulk/jobs/{id}', () => readStatus(local, open)),
    await latency(group, 'POST /bulk/jobs, start true', start),
  ];
  for (const id of started) await states.completed(id, most);
  return measures.flat();
}

/** Small jobs from POST to JobComplete, several clients at once, within the default limit of 5 running jobs a tenant. */
export async function benchThroughput(local: LocalAws, states: JobStates, query: string): Promise<Measure[]> {
  let left = smallJobs;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await states.completed(await createJob(local, { query, start: true }), most);
    }
  };
  const milliseconds = await timed(() => Promise.all(Array.from({ length: atOnce }, client)));
  return [
    measure({
      group: `Throughput of small jobs (${smallJobs} end to end, ${atOnce} clients, at most 5 run at once)`,
      name: 'jobs per second',
      value: round((smallJobs / milliseconds) * 1000, 2),
      unit: 'jobs/s',
      kind: 'timed',
    }),
  ];
}
