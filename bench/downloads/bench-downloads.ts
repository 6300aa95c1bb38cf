import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobFile, SpectraClient } from '../../client/node.ts';
import { noLimits } from '../../local/no-limits.ts';
import { startLocal } from '../../local/start.ts';
import { measure, type Measure, median, round } from '../measure.ts';
import { type Done, startWorker, type Worker } from '../worker.ts';
import { curl, curlVersion } from './curl.ts';
import { lineRate, startSlowLine } from './slow-line.ts';

interface Case {
  label: string;
  id: string;
  files: JobFile[];
  bytes: number;
}

/** How S3 is reached. */
interface Way {
  label: string;
  /** Address of S3 in presigned URLs, and the one that is used instead. */
  s3: string;
  address: string;
}

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const query =
  'SELECT flights.* FROM flights CROSS JOIN (SELECT 1 AS round UNION ALL SELECT 2 UNION ALL SELECT 3) AS rounds';
const rounds = 3;
const leastRatio = 1;

/** Downloads by the SDK, each byte verified, and by curl in turn: the same files from the same server. */
export async function benchDownloads(): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-downloads-'));
  const local = await startLocal({ load: { flights }, settings: noLimits });
  const s3 = local.awsEndpointUrl;
  const line = await startSlowLine(s3);
  try {
    const client = new SpectraClient({ url: local.apiUrl, apiKey: local.apiKey });
    const cases = [await caseOf(client, 'several files', false), await caseOf(client, 'one file', true)];
    const ways = [
      { label: `${lineRate / 1e6} MB/s for each connection`, s3, address: line.url },
      { label: 'loopback', s3, address: s3 },
    ];
    const sdk = await startWorker('downloads/sdk-worker.ts', [local.apiUrl, local.apiKey, s3]);
    try {
      const peer = await curlVersion();
      const measures: Measure[] = [];
      for (const way of ways)
        for (const each of cases) measures.push(...(await compare(sdk, way, each, { folder, peer })));
      return measures;
    } finally {
      await sdk.stop();
    }
  } finally {
    await line.stop();
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function caseOf(client: SpectraClient, label: string, single_file: boolean): Promise<Case> {
  const job = await (await client.export(query, { single_file })).wait();
  const files: JobFile[] = [];
  for await (const file of job.files()) files.push(file);
  return { label, id: job.id, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function compare(
  sdk: Worker,
  { label: line, s3, address }: Way,
  { label, id, files, bytes }: Case,
  { folder, peer }: { folder: string; peer: string },
): Promise<Measure[]> {
  const done: { sdk: Done; curl: number }[] = [];
  const inFolder = async <Value>(name: string, work: (dir: string) => Promise<Value>): Promise<Value> => {
    const dir = join(folder, name);
    await mkdir(dir);
    return work(dir).finally(() => rm(dir, { recursive: true, force: true }));
  };
  for (let turn = 0; turn < rounds; turn += 1) {
    const byCurl = () => inFolder('curl', (dir) => curl(files, dir, (url) => url.replace(s3, address)));
    const first = turn % 2 === 0 ? undefined : await byCurl();
    const ours = await inFolder('sdk', (dir) => sdk.run(`${id} ${dir} ${address}`));
    done.push({ sdk: ours, curl: first ?? (await byCurl()) });
  }
  const group = `Download of ${Math.round(bytes / 1e6)} MB, ${line}, median of ${rounds}; peer: ${peer}`;
  const rate = (seconds: number[]): number => round(bytes / 1e6 / median(seconds));
  const ratio = round(median(done.map((pair) => pair.curl / pair.sdk.seconds)), 2);
  const cpu = round(median(done.map((pair) => pair.sdk.cpu)), 2);
  const figure = (name: string, value: number, unit: string, target?: Measure['target']): Measure =>
    measure({ group, name: `${label}, ${name}`, value, unit, kind: 'timed', ...(target && { target }) });
  return [
    figure('SDK, verified', rate(done.map((pair) => pair.sdk.seconds)), 'MB/s'),
    figure('curl', rate(done.map((pair) => pair.curl)), 'MB/s'),
    figure('SDK / curl', ratio, '', { atLeast: leastRatio }),
    figure('CPU of the SDK', cpu, 's'),
  ];
}
