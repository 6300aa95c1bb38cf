import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { s3Error } from '../s3-error.ts';
import { readJson, writeJson } from './json-file.ts';
import { KeyedLock } from './keyed-lock.ts';
import { PartRecord, UploadRecord, type Segment } from './records.ts';

interface Upload {
  record: UploadRecord;
  parts: Map<number, PartRecord>;
}

/** The multipart uploads of a bucket that are under way: `<upload id>/upload.json` and one record per part. */
export class Uploads {
  private readonly directory: string;
  private readonly uploads = new Map<string, Upload>();
  private readonly lock = new KeyedLock();

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @param published data files that belong to objects: an upload that has one was completed just before a crash */
  static async open(directory: string, published: ReadonlySet<string>): Promise<Uploads> {
    const uploads = new Uploads(directory);
    await mkdir(directory, { recursive: true });
    for (const id of await readdir(directory)) await uploads.load(id, published);
    return uploads;
  }

  async create(record: Omit<UploadRecord, 'upload_id'>): Promise<UploadRecord> {
    const upload = { ...record, upload_id: randomUUID().replaceAll('-', '') };
    await mkdir(join(this.directory, upload.upload_id), { recursive: true });
    await writeJson(join(this.directory, upload.upload_id, 'upload.json'), upload);
    this.uploads.set(upload.upload_id, { record: upload, parts: new Map() });
    return upload;
  }

  /** @throws S3Error NoSuchUpload unless it is under way, and for this key */
  get(id: string, key: string): { record: UploadRecord; parts: PartRecord[] } {
    const upload = this.find(id, key);
    return { record: upload.record, parts: [...upload.parts.values()].sort((a, b) => a.number - b.number) };
  }

  /** Adds or replaces a part; returns the data that it replaces. */
  async putPart(id: string, key: string, part: PartRecord): Promise<Segment[]> {
    return this.lock.run(id, async () => {
      const upload = this.find(id, key);
      const before = upload.parts.get(part.number);
      await writeJson(join(this.directory, id, `part-${part.number}.json`), part);
      upload.parts.set(part.number, part);
      return before ? [before.segment] : [];
    });
  }

  /**
   * Ends an upload, completed by `finish` or aborted; `finish` runs alone, and if it throws the upload goes on.
   * Returns the data of parts that `finish` did not use.
   */
  async end(
    id: string,
    key: string,
    finish: (record: UploadRecord, parts: ReadonlyMap<number, PartRecord>) => Promise<readonly Segment[]>,
  ): Promise<Segment[]> {
    return this.lock.run(id, async () => {
      const { record, parts } = this.find(id, key);
      const used = new Set((await finish(record, parts)).map(({ file }) => file));
      this.uploads.delete(id);
      await rm(join(this.directory, id), { recursive: true, force: true });
      return [...parts.values()].map(({ segment }) => segment).filter(({ file }) => !used.has(file));
    });
  }

  list(): UploadRecord[] {
    return [...this.uploads.values()].map(({ record }) => record);
  }

  segments(): Segment[] {
    return [...this.uploads.values()].flatMap(({ parts }) => [...parts.values()].map(({ segment }) => segment));
  }

  private find(id: string, key: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.record.key !== key) throw s3Error('NoSuchUpload', { UploadId: id });
    return upload;
  }

  private async load(id: string, published: ReadonlySet<string>): Promise<void> {
    const folder = join(this.directory, id);
    const names = await readdir(folder);
    if (!names.includes('upload.json')) return rm(folder, { recursive: true, force: true });
    const parts = names.filter((name) => /^part-\d+\.json$/.test(name));
    const records = await Promise.all(parts.map((name) => readJson(join(folder, name), PartRecord)));
    if (records.some(({ segment }) => published.has(segment.file))) return rm(folder, { recursive: true, force: true });
    const record = await readJson(join(folder, 'upload.json'), UploadRecord);
    this.uploads.set(id, { record, parts: new Map(records.map((part) => [part.number, part])) });
  }
}
