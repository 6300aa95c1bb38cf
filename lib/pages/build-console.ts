import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { passingFolder } from './passing-folder.ts';

const project = join(import.meta.dirname, '../..');
const timeoutMs = 120_000;
let built: string | undefined;

/**
 * The console, built once a process.
 * @returns a folder that is gone with the process
 * @throws with the words of Vite when it can't be built
 */
export function builtConsole(): string {
  built ??= build();
  return built;
}

function build(): string {
  const folder = passingFolder('spectra-console-');
  const vite = join(project, 'node_modules/vite/bin/vite.js');
  // In a process of its own: constructs can't wait for a promise, and Vite gives nothing else.
  execFileSync(
    process.execPath,
    [vite, 'build', 'console', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: project,
      timeout: timeoutMs,
      // What a test runner sets has Vite make another build.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return folder;
}
