import { Transform, type TransformCallback } from 'node:stream';
import BZip2 from 'bzip2-wasm';

const BLOCK_BYTES = 900_000;
const LARGEST_BLOCK = 9;

/** libbzip2's own bound for data that does not compress. */
const roomFor = (bytes: number): number => Math.ceil(bytes * 1.01) + 600;

let loading: Promise<BZip2> | undefined;

async function load(): Promise<BZip2> {
  const codec = new BZip2();
  await codec.init();
  return codec;
}

/** Bzip2 as a row of streams, one per block of 900 kB: what `bzip2 -d` and every other reader takes as one file. */
export class Bzip2Compressor extends Transform {
  readonly #pending: Buffer[] = [];
  #bytes = 0;
  #written = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending.push(chunk);
    this.#bytes += chunk.length;
    this.#compress(BLOCK_BYTES).then(() => done(), done);
  }

  override _flush(done: TransformCallback): void {
    this.#compress(1)
      .then(() => (this.#written ? undefined : this.#write(Buffer.alloc(0))))
      .then(() => done(), done);
  }

  async #compress(least: number): Promise<void> {
    if (this.#bytes < least) return;
    let data = Buffer.concat(this.#pending.splice(0));
    for (; data.length >= least; data = data.subarray(BLOCK_BYTES)) await this.#write(data.subarray(0, BLOCK_BYTES));
    this.#bytes = data.length;
    if (data.length > 0) this.#pending.push(data);
  }

  async #write(block: Buffer): Promise<void> {
    const codec = await (loading ??= load());
    this.#written = true;
    this.push(Buffer.from(codec.compress(block, LARGEST_BLOCK, roomFor(block.length))));
  }
}
