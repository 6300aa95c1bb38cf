import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Measure, median, round } from '../measure.ts';
import { type Done, startWorker, type Worker } from '../worker.ts';
import { makeFiles, memoryGb, rows, type Task, tasks } from './tasks.ts';

const rounds = 3;
const leastRatio = 0.5;
/** Steps that take less in all rounds are not shown. */
const shownSeconds = 0.1;

/** Bytes that the process may have resident while it loads: what its engine may, and 1 GB for all the rest. */
const mostResident = (memoryGb + 1) * 1e9;

/** What one round took, by engine. */
type Round = Readonly<Record<'service' | 'full' | 'bare', Done>>;
type Engines = Readonly<Record<keyof Round, Worker>>;

/** Loads by the service and by plain DuckDB in turn, each in a process of its own; who is first changes each round. */
export async function benchLoads(): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-loads-'));
  const started: Worker[] = [];
  const start = async (...given: Parameters<typeof startWorker>): Promise<Worker> => {
    const worker = await startWorker(...given);
    started.push(worker);
    return worker;
  };
  try {
    await makeFiles(folder);
    return await compare({
      service: await start('loads/service-worker.ts', [folder]),
      full: await start('loads/duckdb-worker.ts', [folder, 'full']),
      bare: await start('loads/duckdb-worker.ts', [folder, 'bare']),
    });
  } finally {
    for (const worker of started.toReversed()) await worker.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inTurn(task: Task, { service, full, bare }: Engines, isEven: boolean): Promise<Round> {
  const run = (worker: Worker): Promise<Done> => worker.run(task.label);
  if (isEven) return { service: await run(service), full: await run(full), bare: await run(bare) };
  return { bare: await run(bare), full: await run(full), service: await run(service) };
}

async function compare(engines: Engines): Promise<Measure[]> {
  const done = new Map<Task, Round[]>(tasks.map((task) => [task, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [task, all] of done) all.push(await inTurn(task, engines, round % 2 === 0));
  const each = [...done];
  return [
    ...each.flatMap(([task, all]) => rates(task, all, engines.full.about)),
    ...each.flatMap(([task, all]) => times(task, all)),
    ...each.map(([task, all]) => memory(task, all)),
  ];
}

function rates({ label }: Task, done: readonly Round[], peer: string): Measure[] {
  const group = `Load of ${rows / 1e6} M flights, median of ${rounds} (upsert into as many, of which one in ten is new); peer: ${peer}`;
  const figure = (what: string, value: number, unit: string, note?: string): Measure => ({
    group,
    name: `${label}, ${what}`,
    value,
    unit,
    kind: 'timed',
    ...(note === undefined ? {} : { note }),
  });
  const rate = (engine: keyof Round, name: string): Measure => {
    const cpu = round(median(done.map((each) => each[engine].cpu)));
    return figure(
      name,
      Math.round(rows / median(done.map((each) => each[engine].seconds))),
      'rows/s',
      `${cpu} s of CPU`,
    );
  };
  const ratio = (engine: keyof Round, name: string, note: string): Measure => {
    const ratios = done.map((each) => each[engine].seconds / each.service.seconds);
    const spread = `between ${round(Math.min(...ratios), 2)} and ${round(Math.max(...ratios), 2)}`;
    return figure(name, round(median(ratios), 2), '', `${spread}; ${note}`);
  };
  return [
    rate('service', 'service'),
    rate('full', 'the same load by hand'),
    rate('bare', 'bare'),
    measure({
      ...ratio('full', 'service / the same load', 'reasons, lines, good and failed files, duplicate keys'),
      target: { atLeast: leastRatio },
    }),
    ratio('bare', 'service / bare', 'that one only takes file, TRY_CAST, table: nobody is told what became of a row'),
  ];
}

/** Where the time goes: the statements of the transaction, and all the rest. */
function times({ label }: Task, done: readonly Round[]): Measure[] {
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

function memory({ label }: Task, done: readonly Round[]): Measure {
  const most = (engine: keyof Round): number => Math.round(Math.max(...done.map((each) => each[engine].peakRss)) / 1e6);
  return measure({
    group: 'Peak resident memory of the process with Redshift, S3 and the gateway in it, while it loads',
    name: label,
    value: most('service'),
    unit: 'MB',
    kind: 'timed',
    target: { atMost: mostResident / 1e6 },
    note: `the same load by hand ${most('full')} MB, bare ${most('bare')} MB`,
  });
}
