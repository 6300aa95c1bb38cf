import type { LoadRequest, PinnedUpload } from '../../contract/records.ts';
import { objectNameParts } from '../../contract/load.ts';
import { mapBounded } from '../map-bounded.ts';
import type { Run } from '../jobs/job.ts';
import { LoadRefused } from '../load/errors.ts';
import { checkMagic } from '../load/magic.ts';
import { markerOf } from '../load/marker.ts';
import { planLoad } from '../load/plan.ts';
import { parquetSource, type SourceFile, textSource } from '../load/source.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import type { ResultStore, Tables, UploadInspector } from '../ports.ts';
import { rowsPrefix } from '../results/location.ts';
import type { Prepared } from './prepare-export.ts';

export interface PrepareLoadDeps {
  tables: Tables;
  uploads: UploadInspector;
  results: Pick<ResultStore, 'url'>;
  unloadRole: string;
  markerSchema: string;
}

/** Files that are looked into at once. */
const atOnce = 4;

/** The transaction of a load, by what its files and its table turn out to be. A load that can't work is refused before it has begun. */
export async function prepareLoad(deps: PrepareLoadDeps, run: Run, request: LoadRequest): Promise<Prepared> {
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
    const uploads = request.uploads ?? [];
    const sources = await mapBounded(uploads, atOnce, (upload) => inspect(deps, request, upload));
    const files = await mapBounded(sources, atOnce, (source, at) => located(deps, request, source, uploads[at]));
    return {
      outcome: 'prepared',
      sql: planLoad({
        ...request,
        marker: markerOf(deps.markerSchema, run.job_id),
        files,
        target: described.columns,
        iam_role: deps.unloadRole,
        to: { good: deps.results.url(rowsPrefix(run, 'good')), failed: deps.results.url(rowsPrefix(run, 'failed')) },
      }),
      work: { kind: 'load' },
    };
  } catch (error) {
    if (error instanceof LoadRefused) return { outcome: 'refused', error: error.error };
    throw error;
  }
}
