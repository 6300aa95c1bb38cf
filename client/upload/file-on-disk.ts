import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SizedSource } from './sized-source.ts';

/** A file, read where it is asked for and never as a whole. */
export async function sourceOfPath(path: string | URL): Promise<SizedSource> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    bytes: size,
    read: async (from, to) => {
      const buffer = new Uint8Array(to - from);
      for (let at = 0; at < buffer.length;) {
        const { bytesRead } = await handle.read(buffer, at, buffer.length - at, from + at);
        if (bytesRead === 0) throw new Error(`${String(path)} has become shorter`);
        at += bytesRead;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
}

/** Keeps what comes in a file of its own, until its size is known and it has been sent. */
export async function spooled(bytes: AsyncIterable<Uint8Array>): Promise<SizedSource> {
  const folder = await mkdtemp(join(tmpdir(), 'spectra-upload-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'file');
    await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path, { mode: 0o600 }));
    const source = await sourceOfPath(path);
    return { ...source, close: () => source.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
