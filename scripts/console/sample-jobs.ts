import type { SpectraClient } from '../../client/node.ts';
import type { LocalAws } from '../../local/local-aws.ts';

/** Ids of jobs in different states. */
export interface Sample {
  complete: string;
  failed: string;
  running: string;
  load: string;
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

/** Makes jobs as a tenant has them: exports that are complete, failed, cancelled and running, and a load with rejected rows. */
export async function sampleJobs(client: SpectraClient, redshift: LocalAws['redshift']): Promise<Sample> {
  await redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  await redshift.query('CREATE TABLE demo.people (id INTEGER NOT NULL, name VARCHAR(20), born DATE)');
  for (const n of [1, 2, 3]) {
    const daily = await client.export(`SELECT * FROM flights LIMIT ${n}0000`, { tag: 'daily', compression: 'GZIP' });
    await daily.wait();
  }
  const cancelled = await client.export('SELECT 1 AS one', { object: 'nothing' });
  await cancelled.cancel('asked for by mistake').catch(() => undefined);
  const failed = await client.export('SELECT origin,\n  no_such_column\nFROM flights', { object: 'flights' });
  await failed.wait().catch(() => undefined);
  const people = 'id,name,born\n1,Ada,1815-12-10\ntwo,Grace,1906-12-09\n3,Alan,yesterday\n,Nobody,\n';
  const load = await client.load('demo.people', new TextEncoder().encode(people), { content_type: 'CSV' });
  await load.wait();
  const complete = await client.export(byOrigin, { object: 'flights', tag: 'reports', single_file: true });
  await complete.wait();
  const running = await client.export(slow, { object: 'everything' });
  return { complete: complete.id, failed: failed.id, running: running.id, load: load.id };
}
