import type { Job, RowFile, RowKind } from '../../client/node.ts';
import { fault } from '../fault.ts';

/** The one file of rows, for where there is room for one; undefined where there is none. @throws SpectraError SEVERAL_FILES */
export async function oneRowFile(job: Job, kind: RowKind, signal: AbortSignal): Promise<RowFile | undefined> {
  let found: RowFile | undefined;
  for await (const file of job.rowFiles(kind, { signal })) {
    if (found)
      throw fault(
        'SEVERAL_FILES',
        `The ${kind} rows of job ${job.id} are several files`,
        `Into a folder:  spectra jobs rows ${job.id} --kind ${kind} -o DIR`,
      );
    found = file;
  }
  return found;
}
