import type { ExportOptions } from '../../client/node.ts';
import { dryRunExport as judged } from '../../core/sql/dry-run-export.ts';
import type { Ui } from '../ui.ts';
import { accepted, refusal, requestProblem } from './verdict.ts';

/** Shows the guard's verdict and the UNLOAD of an export. @throws SpectraError QUERY_REFUSED, INVALID_REQUEST as the service does */
export function dryRunExport(ui: Ui, asked: ExportOptions & { query: string }): void {
  const told = judged(asked);
  switch (told.outcome) {
    case 'invalid':
      throw requestProblem(told.errors);
    case 'refused':
      throw refusal(told.verdict);
    case 'accepted':
      accepted(ui, { operation: 'query', ...told });
      ui.say('Bucket, role and the largest file size are those of the service, which nobody asked.');
  }
}
