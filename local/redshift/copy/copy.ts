import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client, fromS3Error, type S3Access } from '../s3/s3-client.ts';
import { inTransaction, type WarehouseSession } from '../security/warehouse-session.ts';
import { withoutSource } from '../sql/edits.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { Copy, CopyIdentity } from '../statements/execute.ts';
import type { CopyCommand } from './copy-command.ts';
import type { FileErrors, LoadErrors } from './load-errors.ts';
import type { LoadContext, Loaded } from './load-context.ts';
import { loadParquet } from './parquet-load.ts';
import { parseCopy } from './parse-copy.ts';
import { sourceFiles, type SourceFile } from './source-files.ts';
import { findTarget, type Target } from './target.ts';
import { loadText } from './text-load.ts';

export interface CopierOptions {
  readonly s3: S3Access;
  readonly workDirectory: string;
  readonly errors: LoadErrors;
}

export interface Copier {
  readonly copy: Copy;
  close(): void;
}

interface Run {
  readonly client: S3Client;
  readonly signal: AbortSignal;
  readonly session: WarehouseSession;
  readonly command: CopyCommand;
  readonly target: Target;
  readonly folder: string;
  /** Filled as files are read. */
  readonly errors: FileErrors[];
}

/** What `pg_last_copy_id()` and `pg_last_copy_count()` say; like them a failed load has an id. */
async function remember({ connection }: WarehouseSession, id: number, rows: number): Promise<void> {
  await connection.run(`SET VARIABLE rs_last_copy_id = ${id}`);
  await connection.run(`SET VARIABLE rs_last_copy_count = ${rows}`);
}

const tooManyErrors = ({ name }: Target): SqlError =>
  new SqlError(
    'XX000',
    `Load into table '${name}' failed. Check the 'sys_load_error_detail' system table for details.`,
  );

const loadFile = (context: LoadContext, file: SourceFile): Promise<Loaded> => {
  const { format } = context.command;
  return format.kind === 'PARQUET'
    ? loadParquet(context, file, format.serializeToJson)
    : loadText(context, file, format);
};

/** File after file, so that no more than one is kept at a time. */
async function loadFiles(run: Run, files: readonly SourceFile[]): Promise<number> {
  const { client, signal, session, command, target, folder, errors } = run;
  let rows = 0;
  let errorsLeft = command.maxErrors;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    const path = join(folder, String(index), 'file');
    await mkdir(join(folder, String(index)));
    const { connection } = session;
    const loaded = await loadFile({ client, signal, connection, command, target, path, errorsLeft }, file);
    errors.push({ url: file.url, rejected: loaded.rejected });
    errorsLeft -= loaded.rejected.length;
    if (errorsLeft < 0) throw tooManyErrors(target);
    rows += loaded.rows;
    await rm(join(folder, String(index)), { recursive: true, force: true });
  }
  return rows;
}

/** COPY for the runner of statements. */
export function createCopier({ s3, workDirectory, errors: kept }: CopierOptions): Copier {
  const client = createS3Client(s3);

  const load = async (run: Run, identity: CopyIdentity): Promise<number> => {
    const { session, target, folder, errors, command, signal } = run;
    const files = await sourceFiles({ client, signal }, command);
    await remember(session, identity.queryId, 0);
    await mkdir(folder);
    try {
      const rows = await inTransaction(session, () => loadFiles(run, files));
      await remember(session, identity.queryId, command.noLoad ? 0 : rows);
      return rows;
    } finally {
      await rm(folder, { recursive: true, force: true });
      await kept.record(session, identity, target, errors);
    }
  };

  return {
    async copy(session, tokens, identity, signal) {
      try {
        const command = parseCopy(tokens);
        const target = await findTarget(session, command);
        const folder = join(workDirectory, `copy-${randomUUID()}`);
        const rows = await load({ client, signal, session, command, target, folder, errors: [] }, identity);
        return { result: undefined, rows: command.noLoad ? 0 : rows };
      } catch (cause) {
        const known = fromS3Error(cause);
        throw known instanceof SqlError ? known : fromEngineError(known, tokens, withoutSource(''));
      }
    },
    close: () => client.destroy(),
  };
}
