import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Error } from '../s3-error.ts';
import { Bucket } from './bucket.ts';
import { readJson, writeJson } from './json-file.ts';
import { KeyedLock } from './keyed-lock.ts';
import { BucketRecord } from './records.ts';

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** All buckets under a data directory. One server process may use it at a time. */
export class Buckets {
  private readonly directory: string;
  private readonly buckets = new Map<string, Bucket>();
  private readonly lock = new KeyedLock();

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(dataDir: string): Promise<Buckets> {
    const buckets = new Buckets(join(dataDir, 'buckets'));
    await mkdir(buckets.directory, { recursive: true });
    for (const name of await readdir(buckets.directory)) await buckets.load(name);
    return buckets;
  }

  list(): Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
  }

  /** @throws S3Error NoSuchBucket */
  get(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw s3Error('NoSuchBucket', { BucketName: name });
    return bucket;
  }

  /** Creates a bucket; one that exists already is left as it is, as us-east-1 does. */
  async create(name: string, createdAt: Date): Promise<void> {
    if (!BUCKET_NAME.test(name)) throw s3Error('InvalidBucketName', { BucketName: name });
    await this.lock.run(name, async () => {
      if (this.buckets.has(name)) return;
      const directory = join(this.directory, name);
      const record: BucketRecord = { name, created_at: createdAt.toISOString() };
      await mkdir(directory, { recursive: true });
      await writeJson(join(directory, 'bucket.json'), record);
      this.buckets.set(name, await Bucket.open(directory, record));
    });
  }

  /** @throws S3Error BucketNotEmpty */
  async delete(name: string): Promise<void> {
    await this.lock.run(name, async () => {
      if (this.get(name).index.size > 0) throw s3Error('BucketNotEmpty', { BucketName: name });
      this.buckets.delete(name);
      await rm(join(this.directory, name), { recursive: true, force: true });
    });
  }

  private async load(name: string): Promise<void> {
    const directory = join(this.directory, name);
    if (!(await readdir(directory)).includes('bucket.json')) return;
    this.buckets.set(name, await Bucket.open(directory, await readJson(join(directory, 'bucket.json'), BucketRecord)));
  }
}
