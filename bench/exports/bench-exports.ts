import { measure, type Measure, median, round } from '../measure.ts';
import { type Format, formats, rows } from './formats.ts';
import { type Done, startWorker, type Worker } from '../worker.ts';

const rounds = 3;
const leastRatio = 0.6;

interface Pair {
  service: Done;
  plain: Done;
}

/** Exports by the service and by plain DuckDB in turn, each in a process of its own; who is first changes each round. */
export async function benchExports(): Promise<Measure[]> {
  const service = await startWorker('exports/service-worker.ts');
  try {
    const plain = await startWorker('exports/duckdb-worker.ts');
    try {
      return await compare(service, plain);
    } finally {
      await plain.stop();
    }
  } finally {
    await service.stop();
  }
}

async function compare(service: Worker, plain: Worker): Promise<Measure[]> {
  const pairs = new Map<Format, Pair[]>(formats.map((format) => [format, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [format, done] of pairs) {
      const first = round % 2 === 0 ? undefined : await plain.run(format.label);
      const ours = await service.run(format.label);
      done.push({ service: ours, plain: first ?? (await plain.run(format.label)) });
    }
  }
  const memory = 'Peak resident memory of the process with Redshift, S3 and the gateway in it';
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  return [
    ...[...pairs].flatMap(([format, done]) => rates(format, done, plain.about)),
    measure({ group: memory, name: 'table loaded', value: megabytes(service.rss), unit: 'MB', kind: 'timed' }),
    ...[...pairs].map(([{ label }, done]) => {
      const value = megabytes(Math.max(...done.map((each) => each.service.peakRss)));
      const peer = megabytes(Math.max(...done.map((each) => each.plain.peakRss)));
      const note = `plain DuckDB ${peer} MB`;
      return measure({ group: memory, name: label, value, unit: 'MB', kind: 'timed', note });
    }),
  ];
}

function rates({ label, copy }: Format, done: readonly Pair[], peer: string): Measure[] {
  const group = `Export of ${rows / 1e6} M flights, median of ${rounds}; peer: ${peer}`;
  const rate = (of: (pair: Pair) => Done): number => Math.round(rows / median(done.map((pair) => of(pair).seconds)));
  const name = (what: string): string => `${label}, ${what}`;
  const ratio = median(done.map(({ service, plain }) => plain.seconds / service.seconds));
  return [
    measure({ group, name: name('service'), value: rate((pair) => pair.service), unit: 'rows/s', kind: 'timed' }),
    measure({
      group,
      name: name('plain DuckDB'),
      value: rate((pair) => pair.plain),
      unit: 'rows/s',
      kind: 'timed',
      note: copy,
    }),
    measure({
      group,
      name: name('service / plain'),
      value: round(ratio, 2),
      unit: '',
      kind: 'timed',
      target: { atLeast: leastRatio },
    }),
  ];
}
