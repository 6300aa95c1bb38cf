import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { benchBundles } from './bundles/bench-bundles.ts';
import { benchDownloads } from './downloads/bench-downloads.ts';
import { benchExports } from './exports/bench-exports.ts';
import { benchLoads } from './loads/bench-loads.ts';
import { type Measure } from './measure.ts';
import { table } from './report.ts';
import { benchService } from './service/bench-service.ts';

const results = join(import.meta.dirname, 'results.json');
const benches = {
  bundles: benchBundles,
  service: benchService,
  exports: benchExports,
  loads: benchLoads,
  downloads: benchDownloads,
};

/** All benches, or those named on the command line; only a whole run is written down. */
async function main(names: readonly string[]): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`bench: ${name}\n`);
    measures.push(...(await bench()));
  }
  const machine = {
    date: new Date().toISOString(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpus: availableParallelism(),
    cpu: cpus()[0]?.model,
  };
  if (names.length === 0) await writeFile(results, `${JSON.stringify({ machine, measures }, undefined, 2)}\n`);
  return measures;
}

const measures = await main(process.argv.slice(2));
process.stdout.write(`${table(measures)}\n`);
const missed = measures.filter(({ met }) => met === false);
for (const { group, name, kind } of missed)
  process.stderr.write(`${kind === 'counted' ? 'MISSED' : 'warning, missed'}: ${group}: ${name}\n`);
if (missed.some(({ kind }) => kind === 'counted')) process.exitCode = 1;
