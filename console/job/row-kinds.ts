import type { JobRecord, RowKind } from '../../client/browser.ts';

type Ended = Pick<JobRecord, 'state' | 'number_records_failed'>;

/** Rows of which a finished load may have files, the worst first. */
export function kindsOf({ state, number_records_failed }: Ended): RowKind[] {
  const failed: RowKind[] = number_records_failed > 0 ? ['failed'] : [];
  switch (state) {
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
      return [];
    case 'JobComplete':
      return [...failed, 'successful'];
    case 'Failed':
      return [...failed, 'unprocessed'];
    case 'Aborted':
      return ['unprocessed'];
  }
}
