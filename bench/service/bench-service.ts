import { noLimits } from '../../local/no-limits.ts';
import { startLocal } from '../../local/start.ts';
import type { Measure } from '../measure.ts';
import { benchCalls } from './bench-calls.ts';
import { benchLatency, benchThroughput } from './bench-latency.ts';
import { createJob } from './http.ts';
import { JobStates } from './job-states.ts';

const airports = 'node_modules/vega-datasets/data/flights-airport.csv';
const query = 'SELECT origin, destination, count FROM airports WHERE count > 1000';

/** What the service costs and how quickly it answers, on small jobs. */
export async function benchService(): Promise<Measure[]> {
  const local = await startLocal({ load: { airports }, settings: noLimits });
  const states = new JobStates(local);
  try {
    // Functions start their first process now.
    await states.completed(await createJob(local, { query, start: true }));
    return [
      ...(await benchCalls(local, states, query)),
      ...(await benchLatency(local, states, query)),
      ...(await benchThroughput(local, states, query)),
    ];
  } finally {
    states.close();
    await local.stop();
  }
}
