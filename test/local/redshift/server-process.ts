import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { DescribeStatementCommand, ExecuteStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { target, type World } from './harness.ts';

/** The server as a process of its own, with the files of a world. */
export interface ServerProcess {
  /** Runs a statement until it is FINISHED, for three minutes at most. */
  run: (sql: string) => Promise<void>;
  /** The most resident megabytes so far. */
  peakMegabytes: () => Promise<number>;
  stop: () => Promise<void>;
}

const waits = 6;

export async function startServerProcess({ s3Server }: World, options: readonly string[]): Promise<ServerProcess> {
  const args = ['local/redshift/main.ts', '--s3-endpoint', s3Server.endpoint, ...options];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  expect(line).toMatch(/^ready \{"endpoint_url":"http:\/\/127\.0\.0\.1:\d+","region":"us-east-1"\}$/);
  const { endpoint_url } = JSON.parse(line.replace('ready ', '')) as { endpoint_url: string };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
  const client = new RedshiftDataClient({ endpoint: endpoint_url, region: 'us-east-1', credentials });
  return {
    async run(Sql) {
      const { Id } = await client.send(new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30 }));
      for (let wait = 0; wait < waits; wait += 1) {
        const { Status, Error: why } = await client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
        if (Status === 'FINISHED') return;
        if (Status === 'FAILED' || Status === 'ABORTED') throw new Error(`${Status}: ${why ?? ''}`);
      }
      throw new Error(`${Sql} did not end`);
    },
    peakMegabytes: async () => {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    async stop() {
      client.destroy();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  };
}
