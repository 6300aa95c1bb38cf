import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let client: Client;

beforeAll(async () => {
  service = await startService();
  client = service.demo;
  service.aws.schedules.pause();
  await service.warehouse.run('CREATE SCHEMA IF NOT EXISTS demo');
  await service.warehouse.run('CREATE TABLE demo.people (id INTEGER, name VARCHAR(20))');
  await load(['id,name\n0,warm\n']);
});
afterAll(() => service.stop());

/** Calls of the service itself; what the authorizer and clients ask is theirs. */
function calls(): string[] {
  return service.aws.calls
    .snapshot()
    .filter(({ caller }) => !['local', 'anonymous', 'authorizer'].includes(caller))
    .flatMap(({ caller, service: of, operation, calls: count }) =>
      Array<string>(count).fill(`${caller} ${of} ${operation}`),
    );
}

const counted = async (work: () => Promise<unknown>): Promise<string[]> => {
  service.aws.calls.reset();
  await work();
  await service.aws.events.settled();
  return calls().toSorted();
};

async function put(jobId: string, file: number, body: string): Promise<void> {
  const bytes = Buffer.byteLength(body);
  const { body: to } = await client.call<{ url: string; headers: Record<string, string> }>(
    'GET',
    `/bulk/jobs/${jobId}/upload-url?file=${file}&bytes=${bytes}`,
  );
  const { status } = await fetch(to.url, { method: 'PUT', headers: to.headers, body });
  expect(status).toBe(200);
}

/** A load in its three parts; the last one ends when the service has nothing left to do for it. */
async function load(files: readonly string[], options: object = {}) {
  const asked = { operation: 'insert', object: 'demo.people', content_type: 'CSV', ...options };
  let id = '';
  const create = await counted(async () => (id = (await client.create(asked)).job_id));
  const upload = await counted(async () => {
    for (const [at, body] of files.entries()) await put(id, at + 1, body);
  });
  const run = await counted(async () => {
    await client.patch(id, { state: 'UploadComplete' });
    await until(`the marker of ${id} to go`, () =>
      service.logs.some((line) => line.includes(id) && line.includes('marker dropped')) ? true : undefined,
    );
  });
  expect((await client.read(id)).state).toBe('JobComplete');
  return { create, upload, run };
}

const close = [
  'jobs-api dynamodb GetItem', // which job is closed
  'presigned s3 ListObjectsV2', // what was uploaded: these files are pinned
  'jobs-api dynamodb TransactWriteItems', // closed, with its files: the record of it is the answer, and starts the load
];
const submit = [
  'start-jobs dynamodb TransactWriteItems', // admission
  'start-jobs redshift-data DescribeTable',
  'start-jobs redshift-data BatchExecuteStatement',
  'start-jobs dynamodb UpdateItem', // the statement's id, so that it can be cancelled
];
/** Signed by the functions themselves: the first bytes of a file, the manifests of good and of failed rows. */
const read = 'presigned s3 GetObject';
const finish = [read, read, 'finish-jobs dynamodb TransactWriteItems'];
const dropMarker = ['clean-up redshift-data ExecuteStatement'];
const costs = (reads: number): string[] =>
  [...close, ...submit, ...Array<string>(reads).fill(read), ...finish, ...dropMarker].toSorted();

it('a load of one file costs thirteen AWS calls beside its upload, and one to upload', async () => {
  const { create, upload, run } = await load(['id,name\n1,one\n']);
  expect(create).toEqual(['jobs-api dynamodb TransactWriteItems']);
  // The client's own PUT, and the job that it is for.
  expect(upload).toEqual(['presigned s3 PutObject', 'uploads-api dynamodb GetItem']);
  expect(run).toEqual(costs(1));
  expect(create.length + run.length).toBe(13);
});

it('each further file of a load costs one call more, to look into it', async () => {
  const { run } = await load(['id,name\n2,two\n', 'id,name\n3,three\n', 'name,id\nfour,4\n']);
  expect(run).toEqual(costs(3));
});

it('rejected rows and keys to look for cost no further call', async () => {
  const { run } = await load(['id,name\n1,uno\nx,bad\n5,five\n'], { operation: 'upsert', external_id_field: ['id'] });
  expect(run).toEqual(costs(1));
});
