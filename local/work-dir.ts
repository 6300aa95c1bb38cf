import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'spectra-local-';

/** A temporary folder of this process. Those that killed processes left behind are removed on the way. */
export async function createWorkDir(parent: string = tmpdir()): Promise<string> {
  const left = (await readdir(parent)).filter((name) => name.startsWith(prefix) && !isAlive(ownerOf(name)));
  await Promise.all(
    left.map((name) => rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)),
  );
  return await mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

function ownerOf(name: string): number {
  return Number(name.slice(prefix.length).split('-')[0]);
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
