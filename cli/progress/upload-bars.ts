import { basename } from 'node:path';
import type { LoadProgress } from '../../client/node.ts';
import { plural } from '../render/amounts.ts';
import { printable } from '../render/printable.ts';
import { transferLine } from './bar.ts';
import { Rate } from './rate.ts';

/** The lines of an upload: one for each file on its way, and one for all where there are several. */
export function uploadBars(files: readonly string[], now: () => number) {
  const coming = new Map<number, { bytes: number; total: number; rate: Rate }>();
  const all = { bytes: 0, total: 0, rate: new Rate(now) };
  return {
    tell: ({ bytes, total, file }: LoadProgress): void => {
      all.bytes = bytes;
      all.total = total;
      all.rate.tell(bytes);
      const known = coming.get(file.n) ?? { ...file, rate: new Rate(now) };
      known.bytes = file.bytes;
      known.rate.tell(file.bytes);
      coming.set(file.n, known);
      if (file.bytes >= file.total && files.length > 1) coming.delete(file.n);
    },
    lines: (columns: number): string[] => {
      const each = [...coming].map(([n, file]) => ({ label: printable(basename(files[n - 1] ?? '')), ...file }));
      const shown = files.length > 1 ? [...each, { label: plural(files.length, 'file'), ...all }] : each;
      return shown.map(({ label, rate, ...transfer }) =>
        transferLine(label, { ...transfer, perSecond: rate.perSecond() }, columns),
      );
    },
  };
}
