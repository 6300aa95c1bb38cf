import { relative } from 'node:path';
import type { DownloadedFile, DownloadProgress, Job, JobRecord } from '../../client/node.ts';
import type { Context } from '../context.ts';
import { bytesOf, plural } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { shortened, tableOf } from '../render/table.ts';
import { transferLine } from './bar.ts';
import { Rate } from './rate.ts';

/** Bars at once; more connections than these are not drawn. */
const mostBars = 8;
/** Characters: the rest of the line says how far it is. */
const longestName = 32;

/** Downloads the files of a job, with a bar for each that is on its way; what was there before is not fetched again. */
export async function download(context: Context, job: Job, record: JobRecord, dir: string): Promise<DownloadedFile[]> {
  const { io, ui, values } = context;
  const bars = downloadBars(record, io.now);
  const onProgress = (progress: DownloadProgress): void => {
    bars.tell(progress);
    ui.live.draw(() => bars.lines(io.stderr.columns()));
  };
  const end = ui.live.moves
    ? io.every(250, () => ui.live.draw(() => bars.lines(io.stderr.columns())))
    : () => undefined;
  let files: DownloadedFile[];
  try {
    files = await job.download(dir, { signal: io.signal, onProgress, parallel: values.whole('parallel') });
  } finally {
    end();
    ui.live.clear();
  }
  for (const file of files) {
    ui.out(relative('', file.path) || file.path);
    ui.record('file', file);
  }
  const resumed = files.reduce((sum, file) => sum + file.resumed, 0);
  const there = resumed === 0 ? '' : `, of which ${bytesOf(resumed)} were there`;
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  ui.say(`${plural(files.length, 'file')}, ${plural(rows, 'row')}, ${bytesOf(total)}${there} in ${printable(dir)}`);
  const unverified = files.filter(({ verified }) => !verified).length;
  if (unverified > 0) ui.warn(`${plural(unverified, 'file')} without a checksum: only the size is known to be right`);
  return files;
}

/** The lines of a download: one for each file on its way, and one for all. */
export function downloadBars(
  record: Pick<JobRecord, 'bytes' | 'files' | 'number_records_processed'>,
  now: () => number,
) {
  const coming = new Map<string, { bytes: number; total: number; rows: number; rate: Rate }>();
  const all = { bytes: 0, files: 0, rate: new Rate(now) };
  return {
    tell: ({ bytes, files, file }: DownloadProgress): void => {
      all.bytes = bytes;
      all.files = files;
      all.rate.tell(bytes);
      if (file.bytes >= file.total) {
        coming.delete(file.name);
        return;
      }
      const known = coming.get(file.name) ?? { ...file, bytes: 0, rate: new Rate(now) };
      known.bytes = file.bytes;
      known.rate.tell(file.bytes);
      coming.set(file.name, known);
    },
    lines: (columns: number): string[] => {
      const shown = [...coming].slice(0, mostBars);
      const labels = tableOf(
        [
          ...shown.map(([name, { rows }]) => [shortened(printable(name), longestName), plural(rows, 'row')]),
          [`${all.files}/${plural(record.files, 'file')}`, plural(record.number_records_processed, 'row')],
        ],
        new Set([1]),
      );
      const transfers = [...shown.map(([, file]) => file), { bytes: all.bytes, total: record.bytes, rate: all.rate }];
      return transfers.map(({ rate, ...transfer }, at) =>
        transferLine(labels[at] ?? '', { ...transfer, perSecond: rate.perSecond() }, columns),
      );
    },
  };
}
