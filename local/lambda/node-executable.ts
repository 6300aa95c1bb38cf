import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The Node that Lambda runs: this one if it is new enough, else the one that the project installs as a dependency. */
export function nodeExecutable(): string {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const manifest = createRequire(import.meta.url).resolve('node/package.json');
  return join(dirname(manifest), 'bin/node');
}
