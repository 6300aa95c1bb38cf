import type { Command } from '../command.ts';
import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { exportCommand } from './export.ts';
import { cancel } from './jobs/cancel.ts';
import { download } from './jobs/download.ts';
import { get } from './jobs/get.ts';
import { list } from './jobs/list.ts';
import { logs } from './jobs/logs.ts';
import { retry } from './jobs/retry.ts';
import { rows } from './jobs/rows.ts';
import { watch } from './jobs/watch.ts';
import { keys } from './keys.ts';
import { load } from './load.ts';
import { local } from './local.ts';
import { query } from './query.ts';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  exportCommand,
  load,
  query,
  list,
  get,
  watch,
  cancel,
  retry,
  download,
  rows,
  logs,
  ...keys,
  local,
  doctor,
  completion(() => commands),
];
