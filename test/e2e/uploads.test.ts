import { randomBytes } from 'node:crypto';
import type { UploadedFile } from '../../contract/uploads.ts';
import { startService, type Client, type Service, until } from './harness.ts';
import { closed, csv, keyOf, mb, md5, send, uploader } from './support/uploads.ts';

let service: Service;
let client: Client;
let other: Client;
beforeAll(async () => {
  service = await startService();
  client = service.demo;
  other = await service.tenant('another');
  service.aws.schedules.pause();
  // What becomes of a load that was closed is another test's.
  await service.aws.stream('start-jobs').pause();
});
afterAll(() => service.stop());

const { urlFor, newLoad, put, batch, uploads, close, codeOf, pinned } = uploader(() => service);

describe('one PUT', () => {
  it('takes the file as it was announced, and nothing else', async () => {
    const load = await newLoad();
    const asked = await urlFor(load, 'bytes=4');
    expect(asked).toMatchObject({ file: 1, method: 'PUT', bytes: 4, parts: null, upload_id: null });
    expect(asked.headers).toEqual({ 'if-none-match': '*', 'content-length': '4' });
    expect(await send(asked, 'a\n12\n')).toBe(403);
    expect(await send({ ...asked, headers: { 'if-none-match': '"x"' } }, 'a\n1\n')).toBe(403);
    expect(await send(asked, 'a\n1\n')).toBe(200);
    expect(await send(asked, 'a\n2\n')).toBe(412);
    expect((await uploads(load)).files).toMatchObject([{ file: 1, bytes: 4, etag: md5('a\n1\n') }]);
  });

  it('of several files: each lies under its own key, and all are pinned', async () => {
    const load = await newLoad();
    for (const file of [3, 1, 8]) expect(await put(load, `a\n${file}\n`, file)).toBe(200);
    const { status, body } = await close(load);
    expect({ status, state: body.state, uploads: body.uploads }).toEqual({
      status: 200,
      state: 'UploadComplete',
      uploads: { files: 3, bytes: 12 },
    });
    expect(await pinned(load)).toEqual(
      [1, 3, 8].map((file) => ({ file, key: keyOf(load, file), bytes: 4, etag: md5(`a\n${file}\n`) })),
    );
  });

  it('that is too large, or can not be one, is refused before anything is sent', async () => {
    const load = await newLoad();
    expect(await codeOf('GET', `${load}/upload-url?bytes=${5121 * mb}`)).toBe('PAYLOAD_TOO_LARGE');
    for (const query of ['', 'bytes=-1', 'bytes=1.5', 'bytes=x', 'bytes=1&file=0', 'bytes=1&file=9', 'bytes=1&parts=0'])
      expect({ query, code: await codeOf('GET', `${load}/upload-url?${query}`) }).toEqual({
        query,
        code: 'INVALID_REQUEST',
      });
  });
});

describe('an upload in parts', () => {
  const body = randomBytes(11 * mb);
  const size = Math.ceil(body.length / 2);
  const halves = [body.subarray(0, size), body.subarray(size)];
  const query = `file=2&bytes=${body.length}&parts=2`;
  const complete = (load: string, parts = 2) =>
    client.call<UploadedFile>('POST', `${load}/uploads/2/complete`, { body: { bytes: body.length, parts } });

  it('that was interrupted goes on with the parts that are missing, and is then one file', async () => {
    const load = await newLoad();
    const first = await urlFor(load, query);
    expect(first.parts?.map(({ part, bytes, received }) => ({ part, bytes, received }))).toEqual([
      { part: 1, bytes: size, received: false },
      { part: 2, bytes: body.length - size, received: false },
    ]);
    const [, second] = first.parts ?? [];
    if (!second) throw new Error('no second part');
    expect(await send(second, halves[0]?.subarray(1) ?? '')).toBe(403);
    expect(await send(second, halves[1] ?? '')).toBe(200);
    const listed = await uploads(load);
    expect(listed.files).toEqual([]);
    expect(listed.in_progress).toEqual([
      { file: 2, upload_id: first.upload_id, parts: [{ part: 2, bytes: halves[1]?.length }] },
    ]);
    expect(await codeOf('PATCH', load, closed)).toBe('UPLOAD_INCOMPLETE');
    const refused = await client.problem('POST', `${load}/uploads/2/complete`, {
      body: { bytes: body.length, parts: 2 },
    });
    expect(refused.body).toMatchObject({ code: 'UPLOAD_INCOMPLETE', detail: 'File 2 lacks part 1.' });

    const again = await urlFor(load, query);
    expect(again.upload_id).toBe(first.upload_id);
    expect(again.parts?.map(({ received, url }) => [received, url === null])).toEqual([
      [false, false],
      [true, true],
    ]);
    const [missing] = again.parts ?? [];
    if (!missing) throw new Error('no first part');
    expect(await send(missing, halves[0] ?? '')).toBe(200);
    const done = await complete(load);
    expect(done).toMatchObject({ status: 200, body: { file: 2, bytes: body.length } });
    expect((await complete(load)).body).toEqual(done.body);
    expect(await codeOf('GET', `${load}/upload-url?${query}`)).toBe('UPLOAD_EXISTS');
    expect((await close(load)).body.uploads).toEqual({ files: 1, bytes: body.length });
  });

  it('that nobody began is not there to be completed', async () => {
    const load = await newLoad();
    expect(await codeOf('POST', `${load}/uploads/2/complete`, { body: { bytes: 3, parts: 1 } })).toBe('UPLOAD_MISSING');
    expect(await codeOf('POST', `${load}/uploads/9/complete`, { body: { bytes: 3, parts: 1 } })).toBe('FILE_NOT_FOUND');
  });

  it('that was begun twice at once is one upload', async () => {
    const load = await newLoad();
    const asked = await Promise.all([1, 2, 3, 4].map(() => urlFor(load, query)));
    const resumed = await urlFor(load, query);
    // Whoever answered before all had begun may have named another; what counts is what everybody is told from then on.
    expect((await urlFor(load, query)).upload_id).toBe(resumed.upload_id);
    expect(asked.map(({ upload_id }) => upload_id)).toContain(resumed.upload_id);
    expect((await client.call('DELETE', `${load}/uploads/2`)).status).toBe(204);
    expect((await uploads(load)).in_progress).toEqual([]);
  });
});

describe('a batch', () => {
  it('is there at once; the same again is the same, another is refused', async () => {
    const load = await newLoad();
    const first = await batch(load, 'a\n1\n');
    expect(first).toMatchObject({ status: 201, body: { file: 1, bytes: 4, etag: md5('a\n1\n') } });
    expect(await batch(load, 'a\n1\n')).toMatchObject({ status: 201, body: first.body });
    expect(await codeOf('PUT', `${load}/batches`, { body: 'a\n2\n', headers: csv })).toBe('UPLOAD_EXISTS');
    expect((await batch(load, 'a\n2\n', '?file=2')).status).toBe(201);
    expect((await uploads(load)).files.map(({ file, bytes }) => [file, bytes])).toEqual([
      [1, 4],
      [2, 4],
    ]);
  });

  it.each([
    'text/csv',
    'text/csv; charset=latin1',
    'application/x-ndjson',
    'application/gzip',
    'application/zstd',
    'application/x-bzip2',
    'application/octet-stream',
    'application/vnd.apache.parquet',
  ])('arrives byte by byte as %s, whatever the bytes are', async (type) => {
    const load = await newLoad();
    const body = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    const headers = { ...client.headers, 'content-type': type };
    const answer = await fetch(`${client.apiUrl}${load}/batches`, { method: 'PUT', headers, body });
    expect(await answer.json()).toEqual({ file: 1, bytes: 256, etag: md5(body) });
  });

  it('of JSON arrives as it is, however it is written', async () => {
    const load = await newLoad();
    const json = ' {"a": "größe\\u0000\\ud83d\\ude00 😀"}\r\n{"a":1} no json at all ';
    const { body } = await batch(load, json, '', { 'content-type': 'application/json' });
    expect(body).toEqual({ file: 1, bytes: Buffer.byteLength(json), etag: md5(json) });
  });

  it('of no known type, or without a body, is refused', async () => {
    const load = await newLoad();
    for (const [body, type] of [
      ['a', 'text/plain'],
      ['a', 'image/png'],
      ['', 'text/csv'],
    ])
      expect(await codeOf('PUT', `${load}/batches`, { body, headers: { 'content-type': type } })).toBe(
        'INVALID_REQUEST',
      );
    expect((await uploads(load)).files).toEqual([]);
  });
});

describe('deleting', () => {
  it('a file makes room for another; deleting nothing is deleting', async () => {
    const load = await newLoad();
    await put(load, 'a\n1\n');
    for (const _time of [1, 2]) expect((await client.call('DELETE', `${load}/uploads/1`)).status).toBe(204);
    expect(await put(load, 'a\n22\n')).toBe(200);
    expect((await uploads(load)).files).toMatchObject([{ file: 1, bytes: 5 }]);
  });

  it('takes an upload in parts along', async () => {
    const load = await newLoad();
    const asked = await urlFor(load, 'bytes=3&parts=1');
    const [part] = asked.parts ?? [];
    await client.call('DELETE', `${load}/uploads/1`);
    expect(await uploads(load)).toMatchObject({ files: [], in_progress: [] });
    expect(part && (await send(part, 'abc'))).toBe(404);
    await put(load, 'a\n1\n');
    expect((await close(load)).status).toBe(200);
  });
});

describe('closing', () => {
  it('pins what is there: what is sent later by a URL of before changes nothing', async () => {
    const load = await newLoad();
    const used = await urlFor(load, 'bytes=4');
    const unused = await urlFor(load, 'bytes=4&file=2');
    const part = (await urlFor(load, 'bytes=4&file=3&parts=1')).parts?.[0];
    await client.call('DELETE', `${load}/uploads/3`);
    await send(used, 'a\n1\n');
    expect((await close(load)).status).toBe(200);
    expect(await send(used, 'a\n2\n')).toBe(412);
    expect(await send(unused, 'a\n2\n')).toBe(200);
    expect(part && (await send(part, 'a\n2\n'))).toBe(404);
    expect((await client.read(load.split('/').at(-1) ?? '')).uploads).toEqual({ files: 1, bytes: 4 });
    expect(await pinned(load)).toEqual([{ file: 1, key: keyOf(load, 1), bytes: 4, etag: md5('a\n1\n') }]);
  });

  it('twice, or many times at once, is closing once', async () => {
    const load = await newLoad();
    await put(load, 'a\n1\n');
    const all = await Promise.all([1, 2, 3, 4].map(() => close(load)));
    const again = await close(load);
    for (const { status, body } of all)
      expect({ status, uploads: body.uploads, updated: body.updated_at }).toEqual({
        status: 200,
        uploads: { files: 1, bytes: 4 },
        updated: again.body.updated_at,
      });
  });

  it('with nothing is refused, and the load stays open', async () => {
    const load = await newLoad();
    expect(await codeOf('PATCH', load, closed)).toBe('UPLOAD_MISSING');
    await put(load, 'a\n1\n');
    expect((await close(load)).status).toBe(200);
  });

  it('does not wait for an upload in parts of a file that came in one', async () => {
    const load = await newLoad();
    await urlFor(load, 'bytes=3&parts=1');
    await put(load, 'a\n1\n');
    expect((await close(load)).body.uploads).toEqual({ files: 1, bytes: 4 });
  });

  it('ends uploading: nothing is handed out, taken or deleted any more', async () => {
    const load = await newLoad();
    await put(load, 'a\n1\n');
    await close(load);
    for (const [method, path, call] of [
      ['GET', 'upload-url?bytes=1', {}],
      ['GET', 'uploads', {}],
      ['POST', 'uploads/1/complete', { body: { bytes: 1, parts: 1 } }],
      ['DELETE', 'uploads/1', {}],
      ['PUT', 'batches', { body: 'a', headers: csv }],
    ] as const) {
      const { body } = await client.problem(method, `${load}/${path}`, call);
      expect({ path, code: body.code, state: body.state }).toEqual({
        path,
        code: 'STATE_CONFLICT',
        state: 'UploadComplete',
      });
    }
    expect(await service.objects(keyOf(load, 1))).toHaveLength(1);
  });
});

describe('who may', () => {
  const calls = [
    ['GET', 'upload-url?bytes=1', {}],
    ['GET', 'uploads', {}],
    ['POST', 'uploads/1/complete', { body: { bytes: 1, parts: 1 } }],
    ['DELETE', 'uploads/1', {}],
    ['PUT', 'batches', { body: 'a', headers: csv }],
    ['PATCH', '', closed],
  ] as const;

  it.each(calls)('%s /%s of another tenant finds nothing', async (method, path, call) => {
    const load = await newLoad();
    await put(load, 'a\n1\n');
    const { body } = await other.problem(method, path === '' ? load : `${load}/${path}`, call);
    expect(body.code).toBe('JOB_NOT_FOUND');
    expect((await uploads(load)).files).toHaveLength(1);
  });

  it('a key that only reads sees what is there, and changes nothing', async () => {
    const load = await newLoad();
    const reader = await service.tenant('demo', ['bulk:read']);
    for (const [method, path, call] of calls) {
      const { status } = await reader.call(method, path === '' ? load : `${load}/${path}`, call);
      expect({ path, status }).toEqual({ path, status: path === 'uploads' ? 200 : 403 });
    }
  });

  it('a query takes no files', async () => {
    const { job_id } = await client.create({ query: 'SELECT 1 AS one' });
    for (const [method, path, call] of calls.filter(([, where]) => where !== ''))
      expect(await codeOf(method, `/bulk/jobs/${job_id}/${path}`, call)).toBe('WRONG_OPERATION');
  });
});

describe('what was uploaded goes', () => {
  const gone = (load: string) =>
    until(`the uploads of ${load} to go`, async () =>
      (await service.objects(keyOf(load, 1).slice(0, -4))).length === 0 ? true : undefined,
    );

  it('when the load is cancelled before it was closed', async () => {
    const load = await newLoad();
    await put(load, 'a\n1\n');
    await client.call('POST', `${load}/abort`);
    await gone(load);
  });

  it('with the job, when it was cancelled after that, and not before', async () => {
    const [kept, load] = [await newLoad(), await newLoad()];
    for (const each of [kept, load]) {
      await put(each, 'a\n1\n');
      await close(each);
      await client.call('POST', `${each}/abort`);
    }
    await client.call('DELETE', load);
    await gone(load);
    expect(await service.objects(keyOf(kept, 1))).toHaveLength(1);
  });
});
