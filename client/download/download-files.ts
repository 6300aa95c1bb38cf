import { open, stat } from 'node:fs/promises';
import { linked } from '../http/linked.ts';
import { Crc64 } from './crc64.ts';
import { filePath } from './file-path.ts';
import type { Download, StoredFile, Transfer, Transferred } from './options.ts';
import { openPartFile, type PartFile } from './part-file.ts';
import { pool } from './pool.ts';
import { assertChecksum, isVerifiable } from './verified.ts';

const connections = 4;
const readBytes = 1024 * 1024;

/** Downloads files, several segments at once over all of them. @throws the first error, once nothing runs any more */
export async function downloadFiles<File extends StoredFile>(
  download: Download<File>,
  options: Transfer<File>,
): Promise<Transferred<File>[]> {
  const { parallel = connections, signal } = options;
  const stop = linked(signal);
  const done: Transferred<File>[] = [];
  const opened = new Set<PartFile>();
  const context = { done, opened, progress: progressOf(options), signal: stop.signal };
  try {
    await pool(parallel, segmentsToFetch(download, context), (error) => stop.abort(error));
  } finally {
    stop.end();
    await Promise.allSettled([...opened].map((part) => part.close()));
  }
  return done.sort((left, right) => (left.file.name < right.file.name ? -1 : 1));
}

interface Context<File extends StoredFile> {
  done: Transferred<File>[];
  /** On their way. */
  opened: Set<PartFile>;
  progress: ReturnType<typeof progressOf<File>>;
  signal: AbortSignal;
}

/** One piece of work for each segment that is missing; a file is opened when its first segment is about to be fetched. */
async function* segmentsToFetch<File extends StoredFile>(
  { jobId, dir, files }: Download<File>,
  { done, opened, progress, signal }: Context<File>,
): AsyncGenerator<() => Promise<void>, void, undefined> {
  for await (const file of files) {
    const path = filePath(dir, file.name);
    const whole = { file, path, verified: isVerifiable(file) };
    if (await isThere(path, file)) {
      progress(file, file.bytes, true);
      done.push({ ...whole, resumed: file.bytes });
      continue;
    }
    const part = await openPartFile(path, jobId, file);
    opened.add(part);
    const resumed = part.done.reduce((sum, count) => sum + count, 0);
    progress(file, resumed, false);
    const missing = missingOf(part);
    const finish = async (): Promise<void> => {
      opened.delete(part);
      await part.finish();
      progress(file, 0, true);
      done.push({ ...whole, resumed });
    };
    let left = missing.length;
    if (left === 0) yield finish;
    for (const { index, ...range } of missing)
      yield async () => {
        await part.fill(index, file.range(range, signal), (bytes) => progress(file, bytes, false));
        left -= 1;
        if (left === 0) await finish();
      };
  }
}

const missingOf = ({ segments, done }: PartFile) =>
  segments.flatMap(({ from, to }, index) => {
    const there = done[index] ?? 0;
    return from + there < to ? [{ index, from: from + there, to }] : [];
  });

/** A file of an earlier download is taken when it is the very same; any other is replaced. */
async function isThere(path: string, file: StoredFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== file.bytes || !isVerifiable(file)) return false;
  const handle = await open(path);
  try {
    const crc = new Crc64();
    const buffer = new Uint8Array(readBytes);
    for (let at = 0; at < found.size;) {
      const { bytesRead } = await handle.read(buffer, 0, readBytes, at);
      if (bytesRead === 0) return false;
      crc.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    assertChecksum(file, crc.value);
    return true;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

function progressOf<File extends StoredFile>({ onProgress }: Transfer<File>) {
  const counts = { bytes: 0, files: 0 };
  const each = new Map<number, number>();
  return (file: File, came: number, complete: boolean): void => {
    counts.bytes += came;
    counts.files += complete ? 1 : 0;
    const there = (each.get(file.n) ?? 0) + came;
    each.set(file.n, there);
    onProgress({ ...counts, file, there });
    if (complete) each.delete(file.n);
  };
}
