import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkJava } from '../dynamodb/java.ts';
import type { LocalAws } from '../local-aws.ts';
import { startLocal } from '../start.ts';
import { type DemoRow, exportFlights, formats } from './export-flights.ts';
import { fingerprintSql, readFingerprint } from './fingerprint.ts';
import { ingestFlights } from './ingest-flights.ts';
import { Progress } from './progress.ts';
import { ingestReport, report } from './report.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const output = resolve('demo-output');

/** Exports 3 million flights in each format and proves that what arrived is what the warehouse holds. */
async function exports(local: LocalAws, progress: Progress): Promise<Outcome> {
  const [row] = await local.redshift.query(fingerprintSql('flights'));
  const expected = readFingerprint(row);
  progress.done('warehouse', `${expected.rows} flights, checksum ${expected.checksum}`);
  const rows: DemoRow[] = [];
  for (const format of formats) {
    rows.push(await exportFlights({ url: local.apiUrl, key: local.apiKey }, format, output, expected, progress));
  }
  return { table: report(rows), verified: rows.every((row) => row.verified) };
}

/** Loads, changes and deletes what was exported, and proves that the copy is as it should be, row by row. */
async function ingest(local: LocalAws, progress: Progress): Promise<Outcome> {
  const rows = await ingestFlights(local, output, progress);
  return { table: ingestReport(rows), verified: rows.every((row) => row.verified) };
}

interface Outcome {
  table: string;
  verified: boolean;
}

async function demo(progress: Progress): Promise<Outcome> {
  const { values } = parseArgs({ options: { ingest: { type: 'boolean', default: false } } });
  await checkJava();
  const began = Date.now();
  progress.show('local AWS', undefined, 'starting');
  const local = await startLocal({ load: { flights } });
  const stop = () => void local.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    progress.done('local AWS', `ready at ${local.apiUrl} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return await (values.ingest ? ingest : exports)(local, progress);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await local.stop();
  }
}

try {
  const { table, verified } = await demo(new Progress());
  process.stdout.write(`${table}\nFiles are in ${output}\n`);
  process.exitCode = verified ? 0 : 1;
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
