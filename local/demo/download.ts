import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Results } from '../../contract/results.ts';

const atOnce = 4;
const mostPerFile = 120_000;

/** Fetches every file of a result, several at once, through its presigned URLs. Returns the paths that were written. */
export async function downloadAll(results: Results, dir: string, received: (bytes: number) => void): Promise<string[]> {
  const queue = [...results.files];
  const paths: string[] = [];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const path = join(dir, file.name);
      await mkdir(dirname(path), { recursive: true });
      const bytes = await download(file.download_url, path, received);
      if (bytes !== file.bytes) throw new Error(`${file.name}: ${bytes} bytes came, ${file.bytes} were promised`);
      paths.push(path);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return paths.sort();
}

async function download(url: string, path: string, received: (bytes: number) => void): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(mostPerFile) });
  if (!response.ok || !response.body) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  let total = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      received(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(path));
  return total;
}
