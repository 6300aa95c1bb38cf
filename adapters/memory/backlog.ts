import type { TenantId } from '../../contract/ids.ts';
import type { Backlog } from '../../core/ports.ts';
import type { MemoryTables } from './tables.ts';

/** Counts the jobs themselves. */
export class MemoryBacklog implements Backlog {
  readonly #tables: MemoryTables;

  constructor(options: { tables: MemoryTables }) {
    this.#tables = options.tables;
  }

  count(tenant: TenantId, most: number): Promise<number> {
    const waiting = [...this.#tables.jobs.values()].filter(
      (job) => job.tenant_id === tenant && job.state === 'UploadComplete',
    );
    return Promise.resolve(Math.min(most, waiting.length));
  }
}
