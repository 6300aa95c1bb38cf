import { onEachUploads } from './backends/uploads.ts';

const prefix = 'uploads/acme/job/';
const key = `${prefix}0001`;
const abc = { body: Buffer.from('abc'), etag: '900150983cd24fb0d6963f7d28e17f72' };
const least = 5 * 1024 ** 2;

onEachUploads((make) => {
  it('a file is written once: the same again is known, another is not taken', async () => {
    const { uploads } = await make();
    expect(await uploads.put(key, abc.body)).toEqual({ outcome: 'stored', etag: abc.etag });
    expect(await uploads.put(key, abc.body)).toEqual({ outcome: 'exists', same: true, etag: abc.etag });
    expect(await uploads.put(key, Buffer.from('abd'))).toEqual({ outcome: 'exists', same: false, etag: abc.etag });
    expect(await uploads.files(prefix)).toMatchObject([{ key, bytes: 3, etag: abc.etag }]);
  });

  it('of many that write the same file at once exactly one does', async () => {
    const { uploads } = await make();
    const bodies = ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text));
    const outcomes = await Promise.all(bodies.map((body) => uploads.put(key, body)));
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect(new Set(outcomes.map(({ etag }) => etag)).size).toBe(1);
  });

  it('a file that was deleted can be written again, and deleting nothing is no error', async () => {
    const { uploads } = await make();
    await uploads.remove(key);
    await uploads.put(key, abc.body);
    await uploads.remove(key);
    expect(await uploads.files(prefix)).toEqual([]);
    expect((await uploads.put(key, Buffer.from('abd'))).outcome).toBe('stored');
  });

  it('lists files by key with when they came, and none of a job that begins alike', async () => {
    const { uploads } = await make();
    for (const name of ['0002', '0001']) await uploads.put(prefix + name, abc.body);
    await uploads.put('uploads/acme/job2/0001', abc.body);
    const files = await uploads.files(prefix);
    expect(files.map((file) => file.key)).toEqual([`${prefix}0001`, `${prefix}0002`]);
    for (const { uploaded_at } of files) expect(Math.abs(Date.parse(uploaded_at) - Date.now())).toBeLessThan(60_000);
    expect(await uploads.files('uploads/nobody/')).toEqual([]);
  });

  it('an upload in parts is listed with what was received until it is complete', async () => {
    const { uploads, putPart } = await make();
    const upload = await uploads.begin(key);
    expect(await uploads.inParts(prefix)).toEqual([upload]);
    expect(await uploads.parts(upload)).toEqual([]);
    await putPart(upload, 2, abc.body);
    await putPart(upload, 1, Buffer.alloc(least));
    const parts = (await uploads.parts(upload)) ?? [];
    expect(parts).toMatchObject([
      { part: 1, bytes: least },
      { part: 2, bytes: 3, etag: abc.etag },
    ]);
    expect(await uploads.files(prefix)).toEqual([]);
    expect(await uploads.complete(upload, parts)).toMatchObject({
      outcome: 'completed',
      etag: expect.stringMatching(/^[0-9a-f]{32}-2$/) as string,
    });
    expect(await uploads.files(prefix)).toMatchObject([{ key, bytes: least + 3 }]);
    expect(await uploads.inParts(prefix)).toEqual([]);
    expect(await uploads.parts(upload)).toBeUndefined();
    expect(await uploads.complete(upload, parts)).toEqual({ outcome: 'over' });
  });

  it('an upload in parts never replaces a file', async () => {
    const { uploads, putPart } = await make();
    const upload = await uploads.begin(key);
    await putPart(upload, 1, Buffer.from('in parts'));
    await uploads.put(key, abc.body);
    expect(await uploads.complete(upload, (await uploads.parts(upload)) ?? [])).toEqual({ outcome: 'over' });
    expect(await uploads.files(prefix)).toMatchObject([{ key, bytes: 3, etag: abc.etag }]);
  });

  it('uploads of the same file are listed together, in an order that everybody sees alike', async () => {
    const { uploads } = await make();
    const other = await uploads.begin(`${prefix}0000`);
    const begun = [await uploads.begin(key), await uploads.begin(key)];
    const [first, ...same] = await uploads.inParts(prefix);
    expect(first).toEqual(other);
    expect(same).toEqual(expect.arrayContaining(begun));
    expect(await uploads.inParts(key)).toEqual(same);
  });

  it('an upload that was aborted is gone, and aborting it again is no error', async () => {
    const { uploads, putPart } = await make();
    const upload = await uploads.begin(key);
    await putPart(upload, 1, abc.body);
    await uploads.abort(upload);
    await uploads.abort(upload);
    expect(await uploads.inParts(prefix)).toEqual([]);
    expect(await uploads.parts(upload)).toBeUndefined();
    expect(await uploads.complete(upload, [{ part: 1, bytes: 3, etag: abc.etag }])).toEqual({ outcome: 'over' });
  });

  it('more than one page of parts is read', async () => {
    const { uploads, putPart } = await make();
    const upload = await uploads.begin(key);
    const numbers = Array.from({ length: 1001 }, (_, at) => at + 1);
    for (let at = 0; at < numbers.length; at += 50)
      await Promise.all(numbers.slice(at, at + 50).map((part) => putPart(upload, part, abc.body)));
    expect((await uploads.parts(upload))?.map(({ part }) => part)).toEqual(numbers);
  });
});
