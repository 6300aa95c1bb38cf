import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fault } from './fault.ts';

/** The folder of the project, where this runs in a clone: as it is written, or built into dist/cli. */
function clone(file: string): string {
  const above = [join(import.meta.dirname, '..'), join(import.meta.dirname, '../..')];
  const found = above.find((folder) => existsSync(join(folder, file)) && existsSync(join(folder, 'node_modules')));
  if (found !== undefined) return found;
  throw fault('NO_CLONE', `${file} comes with a clone of the project`, 'Clone it, run `npm ci`, then `npm run local`.');
}

const runsTypeScript = (version: string): boolean => Number(version.split('.')[0]) >= 24;

/** Runs a program of the project in this terminal: Ctrl-C reaches it by itself. @returns its exit code */
export async function start(
  file: string,
  args: readonly string[],
  seen?: (line: string) => Promise<void>,
): Promise<number> {
  const folder = clone(file);
  const installed = join(folder, 'node_modules/node/bin/node');
  const node = runsTypeScript(process.versions.node) ? process.execPath : installed;
  const child = spawn(node, [join(folder, file), ...args], {
    stdio: ['inherit', seen ? 'pipe' : 'inherit', 'inherit'],
  });
  const end = (): void => void child.kill('SIGTERM');
  process.on('SIGTERM', end);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  try {
    if (child.stdout)
      for await (const line of createInterface(child.stdout)) {
        process.stdout.write(`${line}\n`);
        await seen?.(line);
      }
    return (await exit)[0] ?? 1;
  } finally {
    child.kill('SIGTERM');
    process.off('SIGTERM', end);
  }
}
