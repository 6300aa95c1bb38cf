import type { LoadOptions } from '../../client/node.ts';
import { commonFormat, formatOf } from '../../client/upload/format-of.ts';
import { dryRunLoad as judge } from '../../core/load/dry-run-load.ts';
import { printable } from '../render/printable.ts';
import type { Ui } from '../ui.ts';
import { requestProblem } from './verdict.ts';

/** Holds the request of a load to the rules of the service and shows it. What it does depends on the table. @throws SpectraError INVALID_REQUEST */
export function dryRunLoad(
  ui: Ui,
  files: readonly string[],
  table: string,
  { resume: _resume, ...options }: LoadOptions,
): void {
  const format = commonFormat(
    files.map((name) => ({ name, ...formatOf(name) })),
    options,
  );
  const request = { operation: 'insert', object: table, ...options, ...format };
  const judged = judge(request);
  if (judged.outcome === 'invalid') throw requestProblem(judged.errors);
  ui.record('dry_run', { verdict: 'accepted', operation: judged.request.operation, files, request });
  ui.out(`POST /bulk/jobs ${JSON.stringify(request, null, 2)}`);
  ui.say(
    `${files.map(printable).join(', ')} would be sent, and then loaded in one transaction. Columns and rights are judged with the table.`,
  );
}
