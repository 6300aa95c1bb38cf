import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Sink } from '../receive-body.ts';
import type { Segment } from './records.ts';

const BATCH_BYTES = 1024 * 1024;

/** A stretch of a file that is not the bucket's yet. */
export interface FilePiece {
  path: string;
  offset?: number | undefined;
  bytes: number;
}

/**
 * The payload files of a bucket. A file is written once under a fresh name and belongs to nobody until a record names
 * it, so that a torn upload is only an orphan, removed at the next start. Files being read are removed after the read.
 */
export class DataFiles {
  private readonly directory: string;
  private readonly readers = new Map<string, number>();
  private readonly doomed = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Runs `fill` on a new file's sink; the file is gone again if it fails. */
  async write<T>(fill: (sink: Sink) => Promise<T>): Promise<{ file: string; result: T }> {
    const file = await this.newFile();
    const handle = await open(this.path(file), 'wx');
    try {
      const sink = new BatchingSink(handle);
      const result = await fill(sink);
      await sink.flush();
      await handle.close();
      return { file, result };
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(this.path(file), { force: true });
      throw error;
    }
  }

  /** Copies segments. Their files are never written again, so that a second name for each does. */
  async copy(from: DataFiles, segments: readonly Segment[]): Promise<Segment[]> {
    return await this.takeAll(segments.map((segment) => ({ ...segment, path: from.path(segment.file) })));
  }

  /** Makes stretches of files of the same file system segments of this bucket; all of them or none. */
  async takeAll(pieces: readonly FilePiece[]): Promise<Segment[]> {
    const taken: Segment[] = [];
    try {
      for (const { path, offset, bytes } of pieces) {
        const file = await this.newFile();
        await linkOrCopy(path, this.path(file));
        taken.push({ file, bytes, ...(offset !== undefined && { offset }) });
      }
      return taken;
    } catch (error) {
      await this.remove(taken);
      throw error;
    }
  }

  /** The bytes `start..end` (inclusive) of the concatenated segments. The caller holds them with `hold`. */
  async *read(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const segment of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, segment.bytes - 1);
      offset += segment.bytes;
      if (from > to) continue;
      yield* createReadStream(this.path(segment.file), {
        start: (segment.offset ?? 0) + from,
        end: (segment.offset ?? 0) + to,
        highWaterMark: BATCH_BYTES,
      }) as AsyncIterable<Buffer>;
    }
  }

  /** Keeps the files of `segments` until the returned function is called. */
  hold(segments: readonly Segment[]): () => Promise<void> {
    for (const { file } of segments) this.readers.set(file, (this.readers.get(file) ?? 0) + 1);
    return async () => {
      const free: string[] = [];
      for (const { file } of segments) {
        const left = (this.readers.get(file) ?? 1) - 1;
        if (left > 0) this.readers.set(file, left);
        else this.readers.delete(file);
        if (left === 0 && this.doomed.delete(file)) free.push(file);
      }
      await Promise.all(free.map((file) => rm(this.path(file), { force: true })));
    };
  }

  async remove(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      if (this.readers.has(file)) this.doomed.add(file);
      else await rm(this.path(file), { force: true });
    }
  }

  /** Removes every file that no record names. */
  async removeOrphans(named: ReadonlySet<string>): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    for (const folder of await readdir(this.directory))
      for (const name of await readdir(join(this.directory, folder)))
        if (!named.has(`${folder}/${name}`)) await rm(join(this.directory, folder, name), { force: true });
  }

  private async newFile(): Promise<string> {
    const id = randomUUID();
    const folder = id.slice(0, 2);
    await mkdir(join(this.directory, folder), { recursive: true });
    return `${folder}/${id}`;
  }

  private path(file: string): string {
    return join(this.directory, file);
  }
}

/** Not every file system has links, and none has any number of them. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** Writes in batches of a MiB, one on its way to the disk while the next is hashed. */
class BatchingSink implements Sink {
  private readonly handle: FileHandle;
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  private inFlight: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.pending.push(piece);
    this.pendingBytes += piece.length;
    return this.pendingBytes >= BATCH_BYTES ? this.start() : undefined;
  }

  async flush(): Promise<void> {
    await this.start();
    await this.inFlight;
  }

  private async start(): Promise<void> {
    await this.inFlight;
    const [batch, bytes] = [this.pending, this.pendingBytes];
    this.pending = [];
    this.pendingBytes = 0;
    this.inFlight = this.writeAll(batch, bytes);
    // Looked at by the next start() or flush(); until then a failure must not count as unhandled.
    this.inFlight.catch(() => undefined);
  }

  private async writeAll(batch: Uint8Array[], bytes: number): Promise<void> {
    if (bytes === 0) return;
    const { bytesWritten } = await this.handle.writev(batch);
    if (bytesWritten === bytes) return;
    const rest = Buffer.concat(batch).subarray(bytesWritten);
    for (let offset = 0; offset < rest.length;)
      offset += (await this.handle.write(rest, offset, rest.length - offset)).bytesWritten;
  }
}
