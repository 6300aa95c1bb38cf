import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cliContext, synthesize, type SynthesizeOptions } from './synthesize.ts';

/** Folders that have no say in what is synthesized. */
const irrelevant = new Set([
  'node_modules',
  '.git',
  '.local',
  'cdk.out',
  'bench',
  'coverage',
  'demo-output',
  'dist',
  'images',
  'local',
  'test',
]);
const keptAssemblies = 10;
/** A running service reads its bundles again whenever it starts another process of a function. */
const mayBeInUseMs = 24 * 3600 * 1000;

/**
 * The cloud assembly of a project, synthesized unless nothing has changed since it was last.
 * @param options as for `synthesize`, without `outDir`
 * @returns folder of the assembly, under `node_modules/.cache`
 */
export async function cachedAssembly(options: Omit<SynthesizeOptions, 'outDir'>): Promise<string> {
  const cacheDir = join(await cacheRoot(options.projectDir), 'spectra-local');
  const folder = join(cacheDir, await fingerprint(options));
  if (existsSync(join(folder, 'manifest.json'))) {
    await utimes(folder, new Date(), new Date());
    return folder;
  }
  const temporary = join(cacheDir, `unfinished-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    await synthesize({ ...options, outDir: temporary });
    await rename(temporary, folder).catch((error: unknown) => {
      // Another process was faster with the same assembly.
      if (!existsSync(join(folder, 'manifest.json'))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await removeOldest(cacheDir);
  return folder;
}

async function cacheRoot(projectDir: string): Promise<string> {
  // Under node_modules no package.json of the project says how the bundles are to be read, as on Lambda.
  let folder = projectDir;
  while (!existsSync(join(folder, 'node_modules')) && folder !== join(folder, '..')) folder = join(folder, '..');
  const root = join(folder, 'node_modules/.cache');
  await mkdir(root, { recursive: true });
  return root;
}

async function fingerprint(options: Omit<SynthesizeOptions, 'outDir'>): Promise<string> {
  const hash = createHash('sha256');
  const { projectDir, app, account, region, env, context } = options;
  hash.update(
    JSON.stringify([projectDir, app, account, region, env, { ...cliContext, ...context }, process.versions.node]),
  );
  for (const file of await sourceFiles(projectDir)) {
    hash.update(`\0${file}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 32);
}

async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return irrelevant.has(entry.name) ? [] : await sourceFiles(path);
    return /\.(ts|tsx|js|json|css|html|md)$/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(nested)).flat().sort();
}

async function removeOldest(cacheDir: string): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => !name.startsWith('unfinished-'));
  const aged = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(cacheDir, name))).mtimeMs })),
  );
  const spare = aged.sort((left, right) => right.used - left.used).slice(keptAssemblies);
  const old = spare.filter(({ used }) => Date.now() - used > mayBeInUseMs);
  await Promise.all(old.map(({ name }) => rm(join(cacheDir, name), { recursive: true, force: true })));
}
