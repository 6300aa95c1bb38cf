import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Bunzip from 'seek-bzip';
import * as z from 'zod';

/** Decodes one file into another in a thread of its own: the library is synchronous. Posts nothing; fails by throwing. */
const { from, to } = z.object({ from: z.string(), to: z.string() }).parse(workerData);

const BLOCK_BYTES = 1024 * 1024;

class EndOfFile extends Error {}

class FileSource {
  private readonly file: number;
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private at = 0;
  private end = 0;

  constructor(file: number) {
    this.file = file;
  }

  private fill(): boolean {
    if (this.at < this.end) return true;
    this.end = readSync(this.file, this.block, 0, BLOCK_BYTES, null);
    this.at = 0;
    return this.end > 0;
  }

  readByte(): number {
    if (!this.fill()) throw new Error('unexpected end of file');
    this.at += 1;
    return this.block[this.at - 1] ?? 0;
  }

  /** The only place where the file may end: where another stream could begin. */
  read(buffer: Uint8Array, offset: number, length: number): number {
    if (!this.fill()) throw new EndOfFile();
    for (let index = 0; index < length; index += 1) buffer[offset + index] = this.readByte();
    return length;
  }

  /** Never, so that the library goes on to read and thereby finds a file that was cut off. */
  eof(): boolean {
    return false;
  }
}

class FileSink {
  private readonly file: number;
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private at = 0;

  constructor(file: number) {
    this.file = file;
  }

  writeByte(byte: number): void {
    if (this.at === BLOCK_BYTES) this.flush();
    this.block[this.at] = byte;
    this.at += 1;
  }

  flush(): void {
    for (let done = 0; done < this.at;) done += writeSync(this.file, this.block, done, this.at - done);
    this.at = 0;
  }
}

const input = openSync(from, 'r');
const output = openSync(to, 'w');
const sink = new FileSink(output);
try {
  Bunzip.decode(new FileSource(input), sink, true);
} catch (cause) {
  if (!(cause instanceof EndOfFile)) throw cause;
} finally {
  closeSync(input);
}
sink.flush();
closeSync(output);
parentPort?.close();
