import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ResultFile } from '../contract.ts';
import { isObject } from '../http/is-object.ts';
import { segmentBytes } from './segments.ts';

/** What of a file is in its `.part`: kept beside it, so that another process can go on. */
export interface PartState {
  /** Which file it is: of the job, with its size and checksum. */
  identity: string;
  segmentBytes: number;
  /** Bytes of each segment that are there, from its start. */
  done: number[];
}

export const identityOf = (jobId: string, { name, bytes, checksum }: Pick<ResultFile, 'name' | 'bytes' | 'checksum'>) =>
  JSON.stringify([jobId, name, bytes, checksum?.value ?? null]);

const isState = (value: unknown): value is PartState =>
  isObject(value) &&
  typeof value.identity === 'string' &&
  typeof value.segmentBytes === 'number' &&
  Array.isArray(value.done) &&
  value.done.every((count) => Number.isSafeInteger(count) && Number(count) >= 0);

/** @returns what an earlier download of the very same file left; undefined where there is none, or it can't be read */
export async function readState(path: string, identity: string): Promise<PartState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(path, 'utf8'));
    const fits = isState(state) && state.identity === identity && state.segmentBytes === segmentBytes;
    return fits ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Writes one state at a time, each as a whole. */
export function stateWriter(path: string, state: PartState) {
  let last: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await writeFile(`${path}.new`, JSON.stringify(state));
    await rename(`${path}.new`, path);
  };
  return {
    save: (): Promise<void> => (last = last.catch(() => undefined).then(write)),
    remove: async (): Promise<void> => {
      await last.catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}
