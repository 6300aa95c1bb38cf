import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlString } from '../sql/rewriter.ts';
import { projection } from './columns.ts';
import type { Export, ExportContext } from './export.ts';
import { fileKey } from './file-names.ts';
import type { UnloadedFile } from './file-series.ts';
import { uploadStream } from './upload.ts';

interface LocalFile {
  readonly path: string;
  readonly rows: number;
}

/** From here on a size limit makes the engine roll its files; below, each of its threads writes one. */
const UNLIMITED_BYTES = 4 * 1024 ** 3;
const UPLOADS_AT_ONCE = 2;

async function write({ command, connection }: ExportContext, from: Export, directory: string): Promise<LocalFile[]> {
  const several = command.maxFileBytes < UNLIMITED_BYTES;
  const single = join(directory, 'single.parquet');
  const rolled = `FILE_SIZE_BYTES ${Math.floor(command.maxFileBytes * 0.8)}`;
  const layout = several ? rolled : command.parallel ? 'PER_THREAD_OUTPUT true' : 'USE_TMP_FILE false';
  const path = several || command.parallel ? join(directory, 'files') : single;
  const sql = `COPY (SELECT ${projection(from.columns, command.format)} FROM ${from.source})
    TO ${sqlString(path)} (FORMAT parquet, COMPRESSION snappy, ${layout}, RETURN_STATS true)`;
  const written = (await connection.runAndReadAll(sql)).getRowObjects();
  const files = written.map((row) => ({ path: String(row.filename), rows: Number(row.count) }));
  return files.filter(({ rows }) => rows > 0).sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/** Parquet: the engine writes to temporary files (its footer comes last), which are uploaded and removed. */
export async function exportParquet(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, client, signal } = context;
  const directory = join(context.workDirectory, `unload-${randomUUID()}`);
  await mkdir(directory);
  try {
    const local = await write(context, from, directory);
    const slices = command.parallel ? context.slices : 1;
    const done: UnloadedFile[] = [];
    const upload = async (file: LocalFile, index: number): Promise<void> => {
      const key = fileKey(command, from.prefix, index % slices, Math.floor(index / slices));
      const bytes = await uploadStream({ client, bucket: command.bucket, key, signal }, createReadStream(file.path));
      done.push({ key, bytes, records: file.rows });
    };
    for (let index = 0; index < local.length; index += UPLOADS_AT_ONCE) {
      signal.throwIfAborted();
      await Promise.all(
        local.slice(index, index + UPLOADS_AT_ONCE).map((file, offset) => upload(file, index + offset)),
      );
    }
    return done.sort((a, b) => a.key.localeCompare(b.key, 'en'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
