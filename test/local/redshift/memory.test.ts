import { bucket, startWorld, type World } from './harness.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const ROWS = 3_000_000;
/** What an UNLOAD may take beyond the loaded table: 256 MB of ours, and what the engine itself needs to write CSV. */
const UNLOAD_MB = 320;
const ENGINE_MB = 300;
/** What ten times as many rows may take more: what the engine may keep of them before it writes them to disk, and a third for its own use. */
const COPY_MB = 400;
/** What the same rows once more may take. */
const AGAIN_MB = 100;
const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const columns = 'date, delay, distance, origin, destination';

let world: World;
let server: ServerProcess;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => server.stop());
afterAll(() => world.close());

it('exports 3 million rows in bounded memory and leaves no row behind', async () => {
  server = await startServerProcess(world, ['--load', `flights=${flights}`]);
  const before = await server.peakMegabytes();
  await server.run(
    `unload ('select * from flights') to 's3://${bucket}/big/' iam_role default csv gzip manifest verbose`,
  );
  const after = await server.peakMegabytes();
  const manifest = JSON.parse((await world.object('big/manifest')).toString()) as { meta: { record_count: number } };
  expect(manifest.meta.record_count).toBe(ROWS);
  expect(after - before).toBeLessThan(UNLOAD_MB);
});

it('loads files of any size in memory that is bounded: ten times the rows take no ten times the memory', async () => {
  await world.redshift.load('flights', flights);
  const unload = async (name: string, from: string): Promise<void> => {
    const sql = `unload ('select ${columns} from ${from}') to 's3://${bucket}/${name}' iam_role default csv gzip parallel off`;
    expect(await world.run(sql)).toMatchObject({ Status: 'FINISHED' });
  };
  await unload('tenth', `(select *, row_number() over () as n from flights) as f where n <= ${ROWS / 10}`);
  await unload('whole', 'flights');
  server = await startServerProcess(world, ['--memory-limit', `${ENGINE_MB}MB`]);
  await server.run(
    'create table f (id bigint identity(1,1), date varchar(65535), delay varchar(65535), distance varchar(65535), origin varchar(65535), destination varchar(65535))',
  );
  const copy = async (name: string): Promise<number> => {
    await server.run(`copy f (${columns}) from 's3://${bucket}/${name}' iam_role default csv gzip maxerror 100000`);
    return server.peakMegabytes();
  };
  const tenth = await copy('tenth');
  const whole = await copy('whole');
  const again = await copy('whole');
  expect(whole - tenth).toBeLessThan(COPY_MB);
  // The table has twice as many rows by now.
  expect(again - whole).toBeLessThan(AGAIN_MB);
});
