import { join } from 'node:path';
import type { AccessKeys } from './aws/access-keys.ts';
import { startTableEngine } from './aws/tables.ts';
import type { Closers } from './closers.ts';
import type { EventBus } from './events/event-bus.ts';
import type { LocalOptions } from './local-aws.ts';
import { account, region } from './place.ts';
import { startRedshift, type Redshift } from './redshift/start-redshift.ts';
import { startS3, type S3Server } from './s3/start-s3.ts';
import { settleAll } from './settle-all.ts';
import { startSqs, type SqsServer } from './sqs/start-sqs.ts';

/** Everything that a start shares. */
export interface Context {
  options: LocalOptions;
  closers: Closers;
  log: (text: string) => void;
  progress: (text: string) => void;
  workDir: string;
}

/** What engines need that only exists once the template was read. */
export interface Wired {
  keys: AccessKeys;
  bus?: EventBus;
  restartTables?: () => Promise<void>;
}

export interface LocalEngines {
  s3: S3Server;
  sqs: SqsServer;
  redshift: Redshift;
  tableEngine: Awaited<ReturnType<typeof startTableEngine>>;
}

/** Starts all engines side by side and loads the warehouse. */
export async function startEngines(
  { options, closers, log, workDir, progress }: Context,
  wired: Wired,
): Promise<LocalEngines> {
  const dataDir = options.dataDir ?? workDir;
  const tablesDir = options.dataDir === undefined ? undefined : join(options.dataDir, 'dynamodb');
  const startStorage = async () => {
    const onError = (error: unknown) => log(`S3: ${String(error)}`);
    const credentials = (accessKeyId: string) => wired.keys.secretOf(accessKeyId);
    const s3 = await startS3({ dataDir: join(dataDir, 's3'), region, credentials, onError, takesLocalFiles: true });
    closers.add('S3', s3.close);
    const redshift = await startRedshift({
      ...options.warehouse,
      account,
      identify: (accessKeyId) => (accessKeyId === undefined ? undefined : wired.keys.ownerOf(accessKeyId)),
      s3: { endpoint: s3.endpoint, region, credentials: wired.keys.user, localFiles: s3.localFiles },
      ...(options.dataDir !== undefined && { databaseFile: join(options.dataDir, 'warehouse.duckdb') }),
      publishEvent: (event) => Promise.resolve(void wired.bus?.publish(event)),
    });
    closers.add('Redshift', () => redshift.close());
    // What docs/deploy.md tells an operator to make once.
    await redshift.query('CREATE SCHEMA IF NOT EXISTS spectra');
    await Promise.all(Object.entries(options.load ?? {}).map(([table, file]) => redshift.load(table, file)));
    progress('warehouse loaded');
    return { s3, redshift };
  };
  const startQueues = async () => {
    const sqs = await startSqs({ region, accountId: account });
    closers.add('SQS', sqs.close);
    return sqs;
  };
  const startTableServer = async () => {
    const onRestart = async () => await wired.restartTables?.();
    const tableEngine = await startTableEngine(tablesDir, { log, onRestart });
    closers.add('DynamoDB', tableEngine.close);
    return tableEngine;
  };
  const [storage, sqs, tableEngine] = await settleAll([startStorage(), startQueues(), startTableServer()]);
  return { ...storage, sqs, tableEngine };
}
