import { MemoryTableCatalog } from '../../../adapters/memory/table-catalog.ts';
import { MemoryUploadInspector } from '../../../adapters/memory/upload-inspector.ts';
import { MemoryUploads } from '../../../adapters/memory/uploads.ts';
import { nameOf } from '../../../adapters/memory/tables.ts';
import type { LoadCounts } from '../../../core/jobs/change.ts';
import { type JobKey, type Run, runId } from '../../../core/jobs/job.ts';
import { markerTable } from '../../../core/load/marker.ts';
import { uploadKey } from '../../../core/load/upload-keys.ts';
import { type RowsOfLoad, rowsManifestKey, rowsPrefix } from '../../../core/results/location.ts';
import type { ModelResults } from './results.ts';

export const markerSchema = 'spectra';

const columns = [{ name: 'a', type: 'int4', nullable: true, has_default: false }];

/** What the world knows of loads: what was uploaded, what lies in the tables, and which markers stand. */
export class Loads {
  readonly uploads = new MemoryUploads();
  readonly inspector = new MemoryUploadInspector();
  readonly #tables: Record<string, typeof columns> = { 'ash.things': columns, 'ash-2.things': columns };
  readonly catalog = new MemoryTableCatalog(this.#tables);
  readonly markers = new Set<string>();
  /** Which run's rows are in the table, by job. */
  readonly committed = new Map<string, { attempt: number; counts: LoadCounts }>();
  readonly #results: ModelResults;

  constructor(results: ModelResults) {
    this.#results = results;
  }

  /** A client sends a file by a URL that it has: S3 takes it unless there is one, whatever has become of the load since. */
  async upload(job: JobKey, file: number, rows: number): Promise<void> {
    const key = uploadKey(job, file);
    const text = `a\n${Array.from({ length: rows }, (_, at) => `${at}\n`).join('')}`;
    if ((await this.uploads.put(key, Buffer.from(text))).outcome === 'exists') return;
    this.inspector.files.set(key, Buffer.from(text));
    this.#results.put(key, text);
  }

  /** Tables are dropped, or there again: what is submitted meanwhile is refused before the warehouse hears of it. */
  setTables(there: boolean): void {
    for (const name of ['ash.things', 'ash-2.things']) this.#tables[name] = there ? columns : [];
  }

  /** Whether the batch of a run gets by its marker, and so to its end. @throws Error when a load is done twice */
  commit(run: Run, counts: LoadCounts): boolean {
    const marker = markerTable(markerSchema, run.job_id);
    if (this.markers.has(marker)) return false;
    if (this.committed.has(nameOf(run))) throw new Error(`Loaded twice: ${runId(run)}`);
    this.markers.add(marker);
    this.committed.set(nameOf(run), { attempt: run.attempt, counts });
    this.write(run, counts);
    return true;
  }

  /** What UNLOAD writes stays, whatever becomes of its transaction. */
  write(run: Run, counts: LoadCounts): void {
    this.#write(run, 'failed', counts.failed);
    this.#write(run, 'good', counts.processed);
  }

  #write(run: Run, rows: RowsOfLoad, count: number): void {
    const file = `${rowsPrefix(run, rows)}000`;
    const meta = { content_length: 4, record_count: count + 1 };
    this.#results.put(file, 'rows');
    this.#results.put(rowsManifestKey(run, rows), JSON.stringify({ entries: [{ url: `s3://results/${file}`, meta }] }));
  }
}
