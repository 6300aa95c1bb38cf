import { setTimeout as delay } from 'node:timers/promises';
import type { CallCount } from '../../local/aws/call-counts.ts';
import type { LocalAws } from '../../local/local-aws.ts';
import { measure, type Measure } from '../measure.ts';
import { createJob, readStatus } from './http.ts';
import type { JobStates } from './job-states.ts';

const jobs = 5;
const settleTime = 300;
const settleLimit = 20_000;

/** Requests of the bench itself. Presigned ones count: no client downloads here, it is how finish-jobs reads the manifest. */
const outside = ['local', 'anonymous'];
const inspections = ['DescribeStatement', 'ListStatements', 'GetStatementResult'];

interface Costs {
  calls: number;
  polls: number;
  writeUnits: number;
  readUnits: number;
  authorizerReads: number;
  rows: CallCount[];
}

function costs(snapshot: readonly CallCount[]): Costs {
  const rows = snapshot.filter(({ caller }) => !outside.includes(caller));
  const ofJob = rows.filter(({ caller }) => caller !== 'authorizer');
  const sum = (of: readonly CallCount[], key: 'calls' | 'readUnits' | 'writeUnits') =>
    of.reduce((total, row) => total + row[key], 0);
  return {
    calls: sum(ofJob, 'calls'),
    polls: sum(
      ofJob.filter(({ operation }) => inspections.includes(operation)),
      'calls',
    ),
    writeUnits: sum(ofJob, 'writeUnits'),
    readUnits: sum(ofJob, 'readUnits'),
    authorizerReads: sum(
      rows.filter(({ caller }) => caller === 'authorizer'),
      'calls',
    ),
    rows: ofJob,
  };
}

/** The counts once nothing has been called for a while: what comes after a job's end is the job's as well. */
async function settled(local: LocalAws): Promise<Costs> {
  const end = Date.now() + settleLimit;
  let before = -1;
  while (Date.now() < end) {
    await local.events.settled();
    const now = costs(local.calls.snapshot());
    if (now.calls === before) return now;
    before = now.calls;
    await delay(settleTime);
  }
  throw new Error('The service does not come to rest');
}

/** Counts what one plain export and one look at its status cost. Scheduled sweeps are held meanwhile. */
export async function benchCalls(local: LocalAws, states: JobStates, query: string): Promise<Measure[]> {
  local.schedules.pause();
  try {
    const perJob: Costs[] = [];
    for (let n = 0; n < jobs; n += 1) {
      local.calls.reset();
      const id = await createJob(local, { query, content_type: 'CSV', compression: 'GZIP', start: true });
      await states.completed(id);
      perJob.push(await settled(local));
      local.calls.reset();
      await readStatus(local, id);
      perJob.push(await settled(local));
    }
    return [...exportCosts(perJob.filter((_, n) => n % 2 === 0)), ...statusCosts(perJob.filter((_, n) => n % 2 === 1))];
  } finally {
    local.schedules.resume();
  }
}

function exportCosts(each: readonly Costs[]): Measure[] {
  const most = (of: (cost: Costs) => number) => Math.max(...each.map(of));
  const dearest = each.find(({ calls }) => calls === most((cost) => cost.calls));
  const group = `One plain export (most of ${each.length})`;
  const figure = (name: string, value: number, unit: string, rest: Partial<Measure> = {}) =>
    measure({ group, name, value, unit, kind: 'counted', ...rest });
  return [
    figure(
      'AWS calls',
      most(({ calls }) => calls),
      'calls',
      { target: { atMost: 6 } },
    ),
    ...(dearest?.rows ?? []).map(({ caller, service, operation, calls, readUnits, writeUnits }) =>
      figure(`  ${caller}: ${service} ${operation}`, calls, 'calls', {
        ...(readUnits + writeUnits > 0 && { note: `${writeUnits} WCU, ${readUnits} RCU` }),
      }),
    ),
    figure(
      'write units',
      most(({ writeUnits }) => writeUnits),
      'WCU',
    ),
    figure(
      'read units',
      most(({ readUnits }) => readUnits),
      'RCU',
    ),
    figure(
      'polls while the statement runs',
      most(({ polls }) => polls),
      'calls',
      { target: { atMost: 0 } },
    ),
    figure(
      'authorizer, apart: its key is cached',
      most(({ authorizerReads }) => authorizerReads),
      'calls',
    ),
  ];
}

function statusCosts(each: readonly Costs[]): Measure[] {
  const group = `One status GET (most of ${each.length})`;
  const most = (of: (cost: Costs) => number) => Math.max(...each.map(of));
  return [
    measure({
      group,
      name: 'read units',
      value: most(({ readUnits }) => readUnits),
      unit: 'RCU',
      kind: 'counted',
      target: { atMost: 0.5 },
    }),
    measure({ group, name: 'AWS calls', value: most(({ calls }) => calls), unit: 'calls', kind: 'counted' }),
  ];
}
