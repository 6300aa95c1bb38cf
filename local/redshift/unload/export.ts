import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { S3Client } from '@aws-sdk/client-s3';
import type { UnloadColumn } from './columns.ts';
import type { Delivery } from './delivery.ts';
import type { UnloadCommand } from './unload-command.ts';

/** What every export of one UNLOAD shares. */
export interface ExportContext {
  readonly command: UnloadCommand;
  readonly connection: DuckDBConnection;
  readonly client: S3Client;
  readonly signal: AbortSignal;
  readonly slices: number;
  /** How files that the engine wrote get to S3. */
  readonly delivery: Delivery;
  /** For pipes and temporary files. */
  readonly workDirectory: string;
}

/** One set of files: all rows, or those of one partition. */
export interface Export {
  /** Key prefix of its files. */
  readonly prefix: string;
  /** What follows FROM: a relation whose columns go by the references of `columns`. */
  readonly source: string;
  readonly columns: readonly UnloadColumn[];
  /** Text formats write a file per slice even if it gets no rows. */
  readonly always: boolean;
}

/** Runs `write` with a folder for the engine's files, which is gone afterwards with whatever is left in it. */
export async function inFolder<T>(
  { workDirectory }: Pick<ExportContext, 'workDirectory'>,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(workDirectory, `unload-${randomUUID()}`);
  await mkdir(folder);
  try {
    return await write(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
