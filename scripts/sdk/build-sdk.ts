import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { flatDeclarations } from './declarations.ts';

/** What the package exports under `./client` (package.json): for Node as ESM and CJS, for bundlers of browsers. */
const bundles = [
  { entry: 'client/node.ts', file: 'node.js', format: 'esm', platform: 'node', target: 'node20' },
  { entry: 'client/node.ts', file: 'node.cjs', format: 'cjs', platform: 'node', target: 'node20' },
  { entry: 'client/browser.ts', file: 'browser.js', format: 'esm', platform: 'browser', target: 'es2022' },
] as const;

/** Writes the bundles and, for both kinds of modules, the types. @throws Error when the SDK does not compile */
export async function buildSdk(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const { entry, file, ...options } of bundles)
    await build({ ...options, entryPoints: [entry], outfile: join(out, file), bundle: true, logLevel: 'error' });
  const types = flatDeclarations('client/node.ts');
  await Promise.all(['index.d.ts', 'index.d.cts'].map((file) => writeFile(join(out, file), types)));
}
