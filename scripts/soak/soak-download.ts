import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { SpectraClient } from '../../client/node.ts';
import { startLocal } from '../../local/start.ts';
import { flights, flightsOnce } from './flights.ts';

export interface SoakDownloadOptions {
  megabytes: number;
  /** MB */
  growth: number;
  tell: (line: string) => void;
}

const Reading = z.object({
  seconds: z.number(),
  rows: z.number(),
  /** Resident MB after the first tenth, and the most after it. */
  warm: z.number(),
  peak: z.number(),
});
const Message = z.object({ streamed: Reading, downloaded: Reading });

export interface SoakDownloadReport extends z.infer<typeof Message> {
  verified: boolean;
  bytes: number;
  rows: number;
}

/** A row of the file, about. */
const bytesPerRow = 36;
const longest = 3_600_000;

function query(megabytes: number): string {
  const rows = Math.ceil((megabytes * 1e6) / bytesPerRow);
  const again = Array.from({ length: Math.ceil(rows / flightsOnce) }, (_, round) => `SELECT ${round} AS round`);
  return `SELECT flights.* FROM flights CROSS JOIN (${again.join(' UNION ALL ')}) AS rounds LIMIT ${rows}`;
}

/** Exports one large result, and has a process of its own stream and download it. */
export async function soakDownload({ megabytes, growth, tell }: SoakDownloadOptions): Promise<SoakDownloadReport> {
  const dir = await mkdtemp(join(tmpdir(), 'soak-download-'));
  const local = await startLocal({ load: { flights }, dataDir: join(dir, 'aws') });
  try {
    const { apiUrl, apiKey } = local;
    tell(`exporting about ${megabytes} MB`);
    const job = await new SpectraClient({ url: apiUrl, apiKey }).export(query(megabytes));
    const { record } = await job.wait({ timeout: longest });
    const { bytes = 0, number_records_processed: rows = 0 } = record ?? {};
    tell(`${rows} rows, ${bytes} bytes; streaming and downloading`);
    const child = fork(join(import.meta.dirname, 'download-worker.ts'), [apiUrl, apiKey, job.id, join(dir, 'files')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [message] = (await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(longest) }),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`The reader ended with ${String(code)}`))),
    ])) as [unknown];
    const readings = Message.parse(message);
    const flat = Object.values(readings).every(({ warm, peak }) => peak - warm <= growth);
    const whole = Object.values(readings).every((reading) => reading.rows === rows);
    return { verified: flat && whole, bytes, rows, ...readings };
  } finally {
    await local.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
