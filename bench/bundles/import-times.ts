import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { nodeExecutable } from '../../local/lambda/node-executable.ts';
import { median } from '../measure.ts';
import type { Asset } from './measure-bundles.ts';

const run = promisify(execFile);
const rounds = 15;
const processTimeout = 30_000;

/** A region and credentials, as Lambda gives them. */
const place = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret' };

async function milliseconds(args: string[], env: Record<string, string>): Promise<number> {
  const began = performance.now();
  await run(nodeExecutable(), args, { env: { ...place, ...env }, timeout: processTimeout });
  return performance.now() - began;
}

/** How much longer than bare Node a fresh process takes that imports a bundle, in ms: medians of interleaved rounds. */
export async function importTimes(assets: readonly Asset[]): Promise<{ bare: number; over: Map<string, number> }> {
  const times = new Map<string, number[]>();
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await milliseconds(['-e', '0'], {}));
    for (const { name, path, environment } of assets) {
      const code = `import(${JSON.stringify(pathToFileURL(path).href)})`;
      times.set(name, [...(times.get(name) ?? []), await milliseconds(['-e', code], environment)]);
    }
  }
  const start = median(bare);
  return { bare: start, over: new Map([...times].map(([name, each]) => [name, median(each) - start])) };
}
