import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Measure, median, round } from '../measure.ts';
import { type Done, startWorker, type Worker } from '../worker.ts';
import { makeFiles, rows, type Task, tasks } from './tasks.ts';

const rounds = 3;
const leastRatio = 0.5;
/** Steps that take less in all rounds are not shown. */
const shownSeconds = 0.1;

interface Pair {
  service: Done;
  plain: Done;
}

/** Loads by the service and by plain DuckDB in turn, each in a process of its own; who is first changes each round. */
export async function benchLoads(): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-loads-'));
  try {
    await makeFiles(folder);
    const service = await startWorker('loads/service-worker.ts', [folder]);
    try {
      const plain = await startWorker('loads/duckdb-worker.ts', [folder]);
      try {
        return await compare(service, plain);
      } finally {
        await plain.stop();
      }
    } finally {
      await service.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(service: Worker, plain: Worker): Promise<Measure[]> {
  const pairs = new Map<Task, Pair[]>(tasks.map((task) => [task, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [task, done] of pairs) {
      const first = round % 2 === 0 ? undefined : await plain.run(task.label);
      const ours = await service.run(task.label);
      done.push({ service: ours, plain: first ?? (await plain.run(task.label)) });
    }
  }
  const each = [...pairs];
  return [
    ...each.flatMap(([task, done]) => rates(task, done, plain.about)),
    ...each.flatMap(([task, done]) => times(task, done)),
    ...each.map(([task, done]) => memory(task, done)),
  ];
}

function rates({ label }: Task, done: readonly Pair[], peer: string): Measure[] {
  const group = `Load of ${rows / 1e6} M flights, median of ${rounds} (upsert into as many, of which one in ten is new); peer: ${peer}`;
  const rate = (of: (pair: Pair) => Done): number => Math.round(rows / median(done.map((pair) => of(pair).seconds)));
  const cpu = (of: (pair: Pair) => Done): number => round(median(done.map((pair) => of(pair).cpu)));
  const ratios = done.map(({ service, plain }) => plain.seconds / service.seconds);
  const figure = (what: string, value: number, unit: string): Measure => ({
    group,
    name: `${label}, ${what}`,
    value,
    unit,
    kind: 'timed',
  });
  return [
    figure(
      'service',
      rate(({ service }) => service),
      'rows/s',
    ),
    figure(
      'plain DuckDB',
      rate(({ plain }) => plain),
      'rows/s',
    ),
    figure(
      'service, CPU',
      cpu((pair) => pair.service),
      's',
    ),
    figure(
      'plain DuckDB, CPU',
      cpu((pair) => pair.plain),
      's',
    ),
    measure({
      ...figure('service / plain', round(median(ratios), 2), ''),
      target: { atLeast: leastRatio },
      note: `between ${round(Math.min(...ratios), 2)} and ${round(Math.max(...ratios), 2)}`,
    }),
  ];
}

/** Where the time goes: the statements of the transaction, and all the rest. */
function times({ label }: Task, done: readonly Pair[]): Measure[] {
  const figure = (name: string, values: readonly number[]): Measure =>
    measure({
      group: `${label}: seconds of each step, median of ${rounds}`,
      name,
      value: round(median(values), 2),
      unit: 's',
      kind: 'timed',
    });
  const services = done.map(({ service }) => service);
  const steps = Object.keys(services[0]?.steps ?? {}).map((step) =>
    figure(
      step,
      services.map(({ steps }) => steps[step] ?? 0),
    ),
  );
  const sum = (steps: Done['steps']): number => Object.values(steps).reduce((total, seconds) => total + seconds, 0);
  return [
    ...steps.filter(({ value }) => value >= shownSeconds),
    figure(
      'all but the statements',
      services.map(({ seconds, steps }) => seconds - sum(steps)),
    ),
  ];
}

function memory({ label }: Task, done: readonly Pair[]): Measure {
  const most = (of: (pair: Pair) => Done): number =>
    Math.round(Math.max(...done.map((pair) => of(pair).peakRss)) / 1e6);
  return measure({
    group: 'Peak resident memory of the process with Redshift, S3 and the gateway in it, while it loads',
    name: label,
    value: most(({ service }) => service),
    unit: 'MB',
    kind: 'timed',
    note: `plain DuckDB ${most(({ plain }) => plain)} MB`,
  });
}
