import type { Clock } from '../../../local/events/clock.ts';
import type { BusRule, EventBus } from '../../../local/events/event-bus.ts';
import { startSchedules } from '../../../local/events/schedules.ts';
import { loadStack } from '../../../local/template/load-stack.ts';

/** Time that passes only when told to. */
function createTestClock(start: string) {
  let now = new Date(start);
  let timers: { moment: Date; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    at: (moment, run) => {
      const timer = { moment, run };
      timers.push(timer);
      return () => void (timers = timers.filter((each) => each !== timer));
    },
  };
  const passTo = (text: string) => {
    const end = new Date(text);
    for (;;) {
      const due = timers
        .filter(({ moment }) => moment <= end)
        .sort((a, b) => a.moment.getTime() - b.moment.getTime())[0];
      if (due === undefined) break;
      timers = timers.filter((each) => each !== due);
      now = due.moment;
      due.run();
    }
    now = end;
  };
  return { clock, passTo };
}

const stack = loadStack(
  {
    stackName: 'T',
    templateBody: '{}',
    assets: new Map(),
    objects: new Map(),
    template: { Parameters: {}, Mappings: {}, Conditions: {}, Resources: {}, Outputs: {} },
  },
  { stackName: 'T', account: '0', region: 'us-east-1', awsEndpointUrl: 'http://127.0.0.1:1' },
);
const nobody = () => {
  throw new Error('not used here');
};

function start(schedule: string) {
  const { clock, passTo } = createTestClock('2026-01-01T00:00:30Z');
  const runs: string[] = [];
  const rule: BusRule = {
    logicalId: 'R',
    label: 'rule',
    name: 'r',
    arn: 'arn',
    bus: 'default',
    matches: undefined,
    schedule,
    targets: [],
  };
  const bus = { rules: [rule], runRule: () => void runs.push(clock.now().toISOString()) } as unknown as EventBus;
  const targets = {
    functions: { all: [], find: nobody, named: nobody, stop: nobody },
    events: { accept: nobody, settled: nobody, stop: nobody },
    sendToQueue: nobody,
  };
  return { runs, passTo, schedules: startSchedules({ stack, bus, targets, clock, log: nobody }) };
}

describe('schedules', () => {
  it('run a rate for the first time after one period, and then again and again', () => {
    const { runs, passTo } = start('rate(1 minute)');
    passTo('2026-01-01T00:01:29Z');
    expect(runs).toEqual([]);
    passTo('2026-01-01T00:03:30Z');
    expect(runs).toEqual(['2026-01-01T00:01:30.000Z', '2026-01-01T00:02:30.000Z', '2026-01-01T00:03:30.000Z']);
  });

  it('run a cron at the moments that it names', () => {
    const { runs, passTo } = start('cron(0/30 * * * ? *)');
    passTo('2026-01-01T01:00:00Z');
    expect(runs).toEqual(['2026-01-01T00:30:00.000Z', '2026-01-01T01:00:00.000Z']);
  });

  it('run no more once they are paused, until they are resumed', () => {
    const { runs, passTo, schedules } = start('rate(1 minute)');
    schedules.pause();
    passTo('2026-01-01T00:10:00Z');
    expect(runs).toEqual([]);
    schedules.resume();
    passTo('2026-01-01T00:11:00Z');
    expect(runs).toEqual(['2026-01-01T00:11:00.000Z']);
  });

  it('run on demand by any of their names', () => {
    const { runs, schedules } = start('rate(1 day)');
    for (const name of ['R', 'rule', 'r']) schedules.run(name);
    expect(runs).toHaveLength(3);
  });
});
