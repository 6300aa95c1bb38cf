import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A temporary folder of this process, `<prefix><process id>-<random>`. Those that killed processes left behind are removed
 * on the way.
 */
export async function createWorkDir(prefix: string, parent: string = tmpdir()): Promise<string> {
  const owner = (name: string): number => Number(name.slice(prefix.length).split('-')[0]);
  const left = (await readdir(parent)).filter((name) => name.startsWith(prefix) && !isAlive(owner(name)));
  await Promise.all(
    left.map((name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)),
  );
  return await mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
