import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SpectraClient } from '../../client/node.ts';
import type { LocalAws } from '../../local/local-aws.ts';
import { ageJob } from './age-job.ts';
import { pastJobs } from './past-jobs.ts';

/** Ids of jobs in different states. */
export interface Sample {
  complete: string;
  failed: string;
  running: string;
  cancelled: string;
  load: string;
  /** An export whose files are not kept any more. */
  expired: string;
  /** A load whose file was not sent. */
  open: string;
}

/** Takes minutes unless it is cancelled. */
const slow = `SELECT COUNT(*) AS n
FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y)
WHERE x + y = 3`;

const byOrigin = `SELECT origin, COUNT(*) AS flights,
  AVG(delay)::DECIMAL(8,2) AS "mean delay" -- in minutes
FROM flights
WHERE distance > 500
GROUP BY origin
ORDER BY origin`;

export const people =
  'id,name,born\n1,Ada,1815-12-10\ntwo,Grace,1906-12-09\n3,Alan,yesterday\n,Nobody,\n5,Kurt,28.4.1906\n';

/** Makes jobs as a tenant has them: exports that are complete, failed, cancelled and running, a load with rejected rows, and a day behind them. */
export async function sampleJobs(client: SpectraClient, local: LocalAws): Promise<Sample> {
  const { awsEndpointUrl: endpoint, region, credentials, outputs } = local;
  const table = { client: new DynamoDBClient({ endpoint, region, credentials }), name: outputs.TableName ?? '' };
  await local.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  await local.redshift.query('CREATE TABLE demo.people (id INTEGER NOT NULL, name VARCHAR(20), born DATE)');
  const daily: string[] = [];
  for (const n of [1, 2, 3]) {
    const job = await client.export(`SELECT * FROM flights LIMIT ${n}0000`, { tag: 'daily', compression: 'GZIP' });
    await job.wait();
    daily.push(job.id);
  }
  const [expired = '', , latest = ''] = daily;
  await pastJobs(table, latest);
  await ageJob(table, expired, 'files');
  table.client.destroy();
  const failed = await client.export('SELECT origin,\n  no_such_column\nFROM flights', { object: 'flights' });
  await failed.wait().catch(() => undefined);
  const cancelled = await client.export(slow, { object: 'everything' });
  await cancelled.cancel('asked for by mistake');
  await cancelled.wait().catch(() => undefined);
  const load = await client.load('demo.people', new TextEncoder().encode(people), { content_type: 'CSV' });
  await load.wait();
  const complete = await client.export(byOrigin, { object: 'flights', tag: 'reports', single_file: true });
  await complete.wait();
  const broken = new AbortController();
  let open = '';
  const onJob = ({ job_id }: { job_id: string }) => {
    open = job_id;
    broken.abort();
  };
  const options = { content_type: 'CSV', signal: broken.signal, onJob } as const;
  await client.load('demo.people', new TextEncoder().encode(people), options).catch(() => undefined);
  const running = await client.export(slow, { object: 'everything' });
  return {
    complete: complete.id,
    failed: failed.id,
    running: running.id,
    cancelled: cancelled.id,
    load: load.id,
    expired,
    open,
  };
}
