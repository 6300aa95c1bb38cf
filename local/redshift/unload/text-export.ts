import type { Export, ExportContext } from './export.ts';
import type { UnloadedFile } from './file-series.ts';
import { exportTextByFile } from './text-by-file.ts';
import { exportTextByPipe } from './text-by-pipe.ts';
import { textLayout } from './text-layout.ts';

/** CSV, JSON and delimited text. What the engine writes can be delivered as it is when nothing is to be done to its bytes. */
export function exportText(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, delivery } = context;
  const finished = command.compression === 'NONE' && !textLayout(command, from.columns).rows.stripQuotes;
  return delivery.byReference && finished ? exportTextByFile(context, from) : exportTextByPipe(context, from);
}
