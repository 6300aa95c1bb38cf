import type { LoadRequest, PinnedUpload } from '../../contract/records.ts';
import { objectNameParts } from '../../contract/load.ts';
import { mapBounded } from '../map-bounded.ts';
import type { Run } from '../jobs/job.ts';
import { LoadRefused } from '../load/errors.ts';
import { checkMagic } from '../load/magic.ts';
import { planLoad } from '../load/plan.ts';
import type { ParquetElement } from '../load/parquet.ts';
import { HEAD_BYTES, parquetSource, textSource } from '../load/source.ts';
import type { LoadFile } from '../load/staging.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import type { Tables, UploadInspector } from '../load/ports.ts';
import type { ResultStore } from '../ports.ts';
import { runPrefix } from '../results/location.ts';
import type { Prepared } from './prepare-export.ts';

export interface PrepareLoadDeps {
  tables: Tables;
  inspector: UploadInspector;
  results: Pick<ResultStore, 'url'>;
  unloadRole: string;
  markerSchema: string;
}

/** Files that are looked into at once. */
const atOnce = 4;

/** The transaction of a load, by what its files and its table turn out to be. A load that can't work is refused before it has begun. */
export async function prepareLoad(deps: PrepareLoadDeps, run: Run, request: LoadRequest): Promise<Prepared> {
  const { uploads } = request;
  if (!uploads) throw new Error(`Job ${run.job_id} is to be loaded, but was not closed with files`);
  const { schema = '', table = '' } = objectNameParts(request.object) ?? {};
  const described = await deps.tables.columns({ schema, table, user: request.warehouse_user ?? run.tenant_id });
  switch (described.outcome) {
    case 'later':
      return described;
    case 'refused':
      return { outcome: 'refused', error: mapRedshiftError(described.message) };
    case 'described':
      if (described.columns.length > 0) break;
      return { outcome: 'refused', error: mapRedshiftError(`ERROR: relation "${request.object}" does not exist`) };
  }
  try {
    const files = await mapBounded(uploads, atOnce, (upload) => inspect(deps, request, upload));
    const { operation, object, options } = request;
    const { statements } = planLoad({
      job_id: run.job_id,
      operation,
      object,
      options,
      files,
      target: described.columns,
      load_schema: deps.markerSchema,
      prefix: deps.results.url(runPrefix(run)),
      iam_role: deps.unloadRole,
    });
    return { outcome: 'prepared', sql: statements, work: { kind: 'load' } };
  } catch (error) {
    if (error instanceof LoadRefused) return { outcome: 'refused', error: error.error };
    throw error;
  }
}

async function inspect(deps: PrepareLoadDeps, { options }: LoadRequest, upload: PinnedUpload): Promise<LoadFile> {
  const { content_type, compression } = options;
  const { raw, text, whole } = await deps.inspector.head(upload, compression);
  checkMagic(upload.file, raw, options);
  if (content_type === 'PARQUET') {
    const source = parquetSource(upload.file, await footer(deps, upload));
    return { source, url: deps.results.url(upload.key) };
  }
  const bytes = await decompressed(upload, text);
  const source = textSource(
    { number: upload.file, bytes: bytes.subarray(0, HEAD_BYTES), whole: whole && bytes.length <= HEAD_BYTES },
    { ...options, content_type },
  );
  if (source.layout !== 'array') return { source, url: deps.results.url(upload.key) };
  const lines = linesKey(upload.key);
  await deps.inspector.arrayToLines(upload, compression, lines);
  return { source, url: deps.results.url(lines), compression: 'NONE' };
}

async function decompressed({ file }: PinnedUpload, text: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await text();
  } catch (cause) {
    throw new LoadRefused(
      'FILE_UNREADABLE',
      `File ${file} can't be decompressed: ${messageOf(cause)}. Upload it again.`,
    );
  }
}

async function footer(deps: PrepareLoadDeps, upload: PinnedUpload): Promise<readonly ParquetElement[]> {
  const found = await deps.inspector.parquetSchema(upload);
  if (found.outcome === 'read') return found.schema;
  throw new LoadRefused(
    'FILE_UNREADABLE',
    `File ${upload.file} is no whole Parquet file: ${found.cause}. Upload it again.`,
  );
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Beside the file, and always the same: a run that writes it again writes the same again. */
const linesKey = (key: string): string => key.replace(/[^/]+$/, (file) => `lines/${file}`);
