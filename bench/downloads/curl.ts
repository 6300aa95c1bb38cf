import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JobFile } from '../../client/node.ts';

const run = promisify(execFile);
const longest = 300_000;
const atOnce = 4;

export const curlVersion = async (): Promise<string> =>
  (await run('curl', ['--version'])).stdout.split(' ').slice(0, 2).join(' ');

/** Downloads files as plain curl does, as many at once as the SDK. @param toAddress where S3 is reached @returns seconds */
export async function curl(
  files: readonly JobFile[],
  dir: string,
  toAddress: (url: string) => string,
): Promise<number> {
  const targets = files.flatMap(({ name, download_url }) => ['-o', join(dir, name), toAddress(download_url)]);
  const began = performance.now();
  await run('curl', ['-sf', '--parallel', '--parallel-immediate', '--parallel-max', String(atOnce), ...targets], {
    timeout: longest,
  });
  const seconds = (performance.now() - began) / 1000;
  for (const { name, bytes } of files)
    if ((await stat(join(dir, name))).size !== bytes) throw new Error(`curl did not get all of ${name}`);
  return seconds;
}
