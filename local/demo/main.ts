import { resolve } from 'node:path';
import { checkJava } from '../dynamodb/java.ts';
import { startLocal } from '../start.ts';
import { type DemoRow, exportFlights, formats } from './export-flights.ts';
import { fingerprintSql, readFingerprint } from './fingerprint.ts';
import { Progress } from './progress.ts';
import { report } from './report.ts';

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const output = resolve('demo-output');

/** Exports 3 million flights in each format and proves that what arrived is what the warehouse holds. */
async function demo(progress: Progress): Promise<DemoRow[]> {
  await checkJava();
  const began = Date.now();
  progress.show('local AWS', undefined, 'starting');
  const local = await startLocal({ load: { flights } });
  const stop = () => void local.stop().finally(() => process.exit(130));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    progress.done('local AWS', `ready at ${local.apiUrl} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const [row] = await local.redshift.query(fingerprintSql('flights'));
    const expected = readFingerprint(row);
    progress.done('warehouse', `${expected.rows} flights, checksum ${expected.checksum}`);
    const rows: DemoRow[] = [];
    for (const format of formats) {
      rows.push(await exportFlights({ url: local.apiUrl, key: local.apiKey }, format, output, expected, progress));
    }
    return rows;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await local.stop();
  }
}

try {
  const rows = await demo(new Progress());
  process.stdout.write(`${report(rows)}\nFiles are in ${output}\n`);
  process.exitCode = rows.length === formats.length && rows.every((row) => row.verified) ? 0 : 1;
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
