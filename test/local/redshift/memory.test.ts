import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { DescribeStatementCommand, ExecuteStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { bucket, startWorld, target, type World } from './harness.ts';

const ROWS = 3_000_000;
/** What an UNLOAD may take beyond the loaded table: 256 MB of ours, and what the engine itself needs to write CSV. */
const ALLOWED_MB = 320;

const peakMegabytes = async (pid: number): Promise<number> =>
  Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

describe('the server as a process of its own', () => {
  let world: World;
  let child: ChildProcess;
  let client: RedshiftDataClient;

  beforeAll(async () => {
    world = await startWorld();
    const load = 'flights=node_modules/vega-datasets/data/flights-3m.parquet';
    const args = ['local/redshift/main.ts', '--s3-endpoint', world.s3Server.endpoint, '--load', load];
    child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = (await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')) as [string];
    expect(line).toMatch(/^ready \{"endpoint_url":"http:\/\/127\.0\.0\.1:\d+","region":"us-east-1"\}$/);
    const { endpoint_url } = JSON.parse(line.replace('ready ', '')) as { endpoint_url: string };
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
    client = new RedshiftDataClient({ endpoint: endpoint_url, region: 'us-east-1', credentials });
  });
  afterAll(async () => {
    client.destroy();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await world.close();
  });

  it('exports 3 million rows in bounded memory and leaves no row behind', async () => {
    const before = await peakMegabytes(child.pid ?? 0);
    const Sql = `unload ('select * from flights') to 's3://${bucket}/big/' iam_role default csv gzip manifest verbose`;
    const { Id } = await client.send(new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30 }));
    expect(await client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }))).toMatchObject({
      Status: 'FINISHED',
    });
    const after = await peakMegabytes(child.pid ?? 0);
    const manifest = JSON.parse((await world.object('big/manifest')).toString()) as { meta: { record_count: number } };
    expect(manifest.meta.record_count).toBe(ROWS);
    expect(after - before).toBeLessThan(ALLOWED_MB);
  });
});
