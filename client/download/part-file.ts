import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { combineCrc64, Crc64 } from './crc64.ts';
import type { StoredFile } from './options.ts';
import { identityOf, readState, stateWriter } from './part-state.ts';
import { type Segment, segmentBytes, segmentsOf } from './segments.ts';
import { assertChecksum } from './verified.ts';

/** Bytes that are gathered before they are written. */
const writeBytes = 1024 * 1024;
/** Bytes of a segment after which what is there is noted: this much of it a crash can cost. */
const noteEvery = 8 * 1024 * 1024;
const readBytes = 1024 * 1024;

/** A file on its way: its bytes in `<path>.part`, what of it is there in `<path>.part.json`. */
export interface PartFile {
  segments: readonly Segment[];
  /** Bytes of each segment that are there. */
  done: readonly number[];
  /** Writes what comes of a segment, behind what is there. @throws what the source throws; what came before stays */
  fill: (index: number, source: AsyncIterable<Uint8Array>, came: (bytes: number) => void) => Promise<void>;
  /** Gives it its name. @throws SpectraError CHECKSUM_MISMATCH; nothing of it is left then */
  finish: () => Promise<void>;
  /** Leaves it for another time. */
  close: () => Promise<void>;
}

export async function openPartFile(path: string, jobId: string, file: StoredFile): Promise<PartFile> {
  await mkdir(dirname(path), { recursive: true });
  const partPath = `${path}.part`;
  const identity = identityOf(jobId, file);
  const segments = segmentsOf(file.bytes);
  const handle = await openedFor(partPath);
  const left = await usable(handle, segments, (await readState(`${partPath}.json`, identity))?.done);
  const state = { identity, segmentBytes, done: left };
  const notes = stateWriter(`${partPath}.json`, state);
  const crcs = await checksums(handle, segments, left).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await notes.save().finally(() => handle.close());
  };
  return {
    segments,
    done: state.done,
    close,
    fill: async (index, source, came) => {
      const segment = segments[index];
      const crc = crcs[index];
      if (!segment || !crc) throw new Error(`There is no segment ${index}`);
      let noted = state.done[index] ?? 0;
      const append = async (chunks: Uint8Array[]): Promise<void> => {
        const there = state.done[index] ?? 0;
        const size = await writeAll(handle, chunks, segment.from + there);
        state.done[index] = there + size;
        came(size);
        if (there + size - noted < noteEvery) return;
        noted = there + size;
        await notes.save();
      };
      // While they are still in the processor's cache.
      await gathered(source, (chunk) => crc.update(chunk), append);
    },
    finish: async () => {
      const whole = crcs.reduce(
        (sum, crc, index) => (index === 0 ? crc.value : combineCrc64(sum, crc.value, lengthOf(segments[index]))),
        new Crc64().value,
      );
      open = false;
      try {
        await handle.close();
        assertChecksum(file, whole);
        await rename(partPath, path);
      } catch (error) {
        await rm(partPath, { force: true });
        throw error;
      } finally {
        await notes.remove();
      }
    },
  };
}

const lengthOf = (segment: Segment | undefined): number => (segment ? segment.to - segment.from : 0);

/** For reading and writing, with what is in it. */
const openedFor = (path: string): Promise<FileHandle> => open(path, 'r+').catch(() => open(path, 'w+'));

/** What was noted, as far as the file really has it; the file is emptied where nothing is of use. */
async function usable(handle: FileHandle, segments: readonly Segment[], noted: number[] = []): Promise<number[]> {
  const { size } = await handle.stat();
  const done = segments.map(({ from, to }, index) => Math.max(0, Math.min(noted[index] ?? 0, to - from, size - from)));
  if (done.every((count) => count === 0)) await handle.truncate(0);
  return done;
}

/** Of what is there already: read once, so that it is verified too. */
async function checksums(handle: FileHandle, segments: readonly Segment[], done: readonly number[]): Promise<Crc64[]> {
  const buffer = new Uint8Array(done.some((count) => count > 0) ? readBytes : 0);
  const crcs: Crc64[] = [];
  for (const [index, { from }] of segments.entries()) {
    const crc = new Crc64();
    const end = from + (done[index] ?? 0);
    for (let at = from; at < end;) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(readBytes, end - at), at);
      if (bytesRead === 0) throw new Error(`The file ends at ${at}`);
      crc.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    crcs.push(crc);
  }
  return crcs;
}

/** Hands on in larger pieces; also what came before the source failed. */
async function gathered(
  source: AsyncIterable<Uint8Array>,
  seen: (chunk: Uint8Array) => void,
  append: (chunks: Uint8Array[]) => Promise<void>,
): Promise<void> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const full = chunks;
    chunks = [];
    size = 0;
    if (full.length > 0) await append(full);
  };
  try {
    for await (const chunk of source) {
      seen(chunk);
      chunks.push(chunk);
      size += chunk.length;
      if (size >= writeBytes) await flush();
    }
  } finally {
    await flush();
  }
}

/** writev may write less than it was given. */
async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[], at: number): Promise<number> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await handle.writev(chunks, at);
  if (bytesWritten === size) return size;
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  for (let written = 0; written < rest.length;) {
    const { bytesWritten: more } = await handle.write(
      rest,
      written,
      rest.length - written,
      at + bytesWritten + written,
    );
    written += more;
  }
  return size;
}
