import { type Job, SpectraClient } from '../../client/node.ts';

const [url = '', apiKey = '', jobId = '', dir = ''] = process.argv.slice(2);

const sampleEvery = 50;
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** Does something, and watches memory from the moment that a tenth of it is done. */
async function watched(work: (warm: () => void) => Promise<number>) {
  const began = performance.now();
  let warm = 0;
  let peak = 0;
  const sampler = setInterval(() => {
    if (warm > 0) peak = Math.max(peak, process.memoryUsage.rss());
  }, sampleEvery);
  try {
    const rows = await work(() => (warm ||= process.memoryUsage.rss()));
    const seconds = Math.round(performance.now() - began) / 1000;
    return { seconds, rows, warm: megabytes(warm), peak: megabytes(Math.max(peak, warm)) };
  } finally {
    clearInterval(sampler);
  }
}

async function stream(job: Job, all: number, warm: () => void): Promise<number> {
  let rows = 0;
  for await (const _ of job.rows()) if (++rows === Math.ceil(all / 10)) warm();
  return rows;
}

async function download(job: Job, bytes: number, warm: () => void): Promise<number> {
  const files = await job.download(dir, { onProgress: (progress) => progress.bytes > bytes / 10 && warm() });
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

const job = new SpectraClient({ url, apiKey }).job(jobId);
const { number_records_processed, bytes } = await job.refresh();
const streamed = await watched((warm) => stream(job, number_records_processed, warm));
const downloaded = await watched((warm) => download(job, bytes, warm));
process.send?.({ streamed, downloaded });
process.disconnect();
