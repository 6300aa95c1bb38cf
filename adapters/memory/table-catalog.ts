import type { TargetColumn } from '../../core/load/target.ts';
import type { Tables } from '../../core/load/ports.ts';

/** Tables by `schema.table`, the same for every user. */
export class MemoryTableCatalog implements Tables {
  readonly #tables: Readonly<Record<string, TargetColumn[]>>;

  constructor(tables: Readonly<Record<string, TargetColumn[]>> = {}) {
    this.#tables = tables;
  }

  columns({ schema, table }: { schema: string; table: string }): ReturnType<Tables['columns']> {
    return Promise.resolve({ outcome: 'described', columns: this.#tables[`${schema}.${table}`] ?? [] });
  }
}
