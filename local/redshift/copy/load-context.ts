import type { DuckDBConnection } from '@duckdb/node-api';
import type { CopyCommand } from './copy-command.ts';
import type { Rejected } from './rejected.ts';
import type { SourceContext } from './source-files.ts';
import type { Target } from './target.ts';

/** What the load of one file needs. */
export interface LoadContext extends SourceContext {
  readonly command: CopyCommand;
  readonly connection: DuckDBConnection;
  readonly target: Target;
  /** Where the file may be kept, and with endings files beside it. */
  readonly path: string;
  /** Rows that may yet be rejected. */
  readonly errorsLeft: number;
}

export interface Loaded {
  readonly rows: number;
  /** More than there was left: then nothing was loaded. */
  readonly rejected: readonly Rejected[];
}
