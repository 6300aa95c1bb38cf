import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Job, RowKind, SaveProgress } from '../../client/node.ts';
import { oneRowFile } from './one-row-file.ts';
import type { Context } from '../context.ts';
import { bytesOf, plural } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { transferLine } from './bar.ts';
import { Rate } from './rate.ts';

/** Downloads the files of a load's rows into a folder; what was there before is not fetched again. */
export async function saveRows({ io, ui }: Context, job: Job, kind: RowKind, dir: string): Promise<void> {
  const rate = new Rate(io.now);
  const onProgress = ({ bytes, file }: SaveProgress): void => {
    rate.tell(bytes);
    ui.live.draw(() => [transferLine(file.name, { ...file, perSecond: rate.perSecond() }, io.stderr.columns())]);
  };
  const files = await job.downloadRowFiles(kind, dir, { signal: io.signal, onProgress });
  ui.live.clear();
  for (const file of files) {
    ui.out(relative('', file.path) || file.path);
    ui.record('file', file);
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (files.length === 0) ui.say(`Job ${job.id} has no ${kind} rows.`);
  else ui.say(`${plural(files.length, 'file')}, ${bytesOf(total)} in ${printable(dir)}`);
}

/** Writes the rows that were rejected as one file, which is there as a whole or not at all. @returns whether there are any to write */
export async function saveRejects({ io, ui }: Context, job: Job, path: string): Promise<boolean> {
  const file = await oneRowFile(job, 'failed', io.signal);
  if (!file) return false;
  const part = `${path}.part`;
  try {
    await pipeline(file.stream({ signal: io.signal }), createWriteStream(part), { signal: io.signal });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  ui.record('file', { path, name: file.name, bytes: file.bytes, verified: file.checksum !== null, resumed: 0 });
  return true;
}
