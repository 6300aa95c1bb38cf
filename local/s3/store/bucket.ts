import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHasher, DEFAULT_ALGORITHM, type Checksum } from '../checksums.ts';
import { DataFiles } from './data-files.ts';
import { readJson, writeJson } from './json-file.ts';
import { KeyIndex } from './key-index.ts';
import { KeyedLock } from './keyed-lock.ts';
import { ObjectRecord, type BucketRecord } from './records.ts';
import { Uploads } from './uploads.ts';

/**
 * One bucket on disk:
 * `bucket.json`, `objects/<2 hex>/<sha256 of the key>.json` (records), `data/` (payload), `uploads/` (multipart).
 * All records are in memory too. A record names its version, so that versions can be added beside it.
 */
export class Bucket {
  readonly data: DataFiles;
  readonly uploads: Uploads;
  readonly index: KeyIndex;
  record: BucketRecord;
  private readonly directory: string;
  private readonly objects: Map<string, ObjectRecord>;
  private readonly lock = new KeyedLock();
  private readonly checksums = new WeakMap<ObjectRecord, Promise<Checksum>>();

  private constructor(
    directory: string,
    record: BucketRecord,
    data: DataFiles,
    uploads: Uploads,
    objects: ObjectRecord[],
  ) {
    this.directory = directory;
    this.record = record;
    this.data = data;
    this.uploads = uploads;
    this.objects = new Map(objects.map((object) => [object.key, object]));
    this.index = new KeyIndex(this.objects.keys());
  }

  static async open(directory: string, record: BucketRecord): Promise<Bucket> {
    const objects = await loadObjects(join(directory, 'objects'));
    const data = new DataFiles(join(directory, 'data'));
    const published = new Set(objects.flatMap(({ segments }) => segments.map(({ file }) => file)));
    const uploads = await Uploads.open(join(directory, 'uploads'), published);
    const uploading = uploads.segments().map(({ file }) => file);
    await data.removeOrphans(new Set([...published, ...uploading]));
    return new Bucket(directory, record, data, uploads, objects);
  }

  get(key: string): ObjectRecord | undefined {
    return this.objects.get(key);
  }

  /**
   * Publishes an object: from here on readers see it whole, before they saw the old one whole.
   * @param precondition decides on the object it would replace, with no other write in between; throws to refuse
   */
  async put(object: ObjectRecord, precondition?: (current: ObjectRecord | undefined) => void): Promise<void> {
    await this.lock.run(object.key, async () => {
      const current = this.objects.get(object.key);
      precondition?.(current);
      await this.save(object);
      this.index.add(object.key);
      if (current) await this.data.remove(current.segments);
    });
  }

  /** Removes an object and returns what was removed. */
  async delete(key: string): Promise<ObjectRecord | undefined> {
    return this.lock.run(key, async () => {
      const current = this.objects.get(key);
      if (!current) return undefined;
      await rm(this.recordPath(key), { force: true });
      this.objects.delete(key);
      this.index.delete(key);
      await this.data.remove(current.segments);
      return current;
    });
  }

  /** The checksum of an object; of one that came without, it is computed once, for all who ask meanwhile, and kept. */
  async checksumOf(object: ObjectRecord): Promise<Checksum> {
    if (object.checksum !== undefined) return object.checksum;
    const known = this.checksums.get(object) ?? this.computeChecksum(object);
    this.checksums.set(object, known);
    return await known;
  }

  async saveRecord(record: BucketRecord): Promise<void> {
    await writeJson(join(this.directory, 'bucket.json'), record);
    this.record = record;
  }

  private async computeChecksum(object: ObjectRecord): Promise<Checksum> {
    const release = this.data.hold(object.segments);
    try {
      const hasher = await createHasher(DEFAULT_ALGORITHM);
      for await (const piece of this.data.read(object.segments, 0, object.bytes - 1)) hasher.update(piece);
      const checksum: Checksum = { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT', value: await hasher.digest() };
      await this.lock.run(object.key, async () => {
        if (this.objects.get(object.key) === object) await this.save({ ...object, checksum });
      });
      return checksum;
    } catch (error) {
      this.checksums.delete(object);
      throw error;
    } finally {
      await release();
    }
  }

  private async save(object: ObjectRecord): Promise<void> {
    const path = this.recordPath(object.key);
    await mkdir(join(path, '..'), { recursive: true });
    await writeJson(path, object);
    this.objects.set(object.key, object);
  }

  private recordPath(key: string): string {
    const name = createHash('sha256').update(key).digest('hex');
    return join(this.directory, 'objects', name.slice(0, 2), `${name}.json`);
  }
}

async function loadObjects(directory: string): Promise<ObjectRecord[]> {
  await mkdir(directory, { recursive: true });
  const objects: ObjectRecord[] = [];
  for (const folder of await readdir(directory)) {
    const names = await readdir(join(directory, folder));
    const torn = names.filter((name) => name.endsWith('.tmp'));
    await Promise.all(torn.map((name) => rm(join(directory, folder, name), { force: true })));
    const whole = names.filter((name) => name.endsWith('.json'));
    objects.push(...(await Promise.all(whole.map((name) => readJson(join(directory, folder, name), ObjectRecord)))));
  }
  return objects;
}
