import type { Mappings } from './aws/mappings.ts';
import type { EventBus } from './events/event-bus.ts';
import type { Schedules } from './events/schedules.ts';
import type { AsyncInvoker } from './lambda/async-invoker.ts';
import type { FunctionRegistry } from './lambda/function-registry.ts';
import type { LocalAws } from './local-aws.ts';

export interface ControlsInput {
  functions: FunctionRegistry;
  events: AsyncInvoker;
  bus: EventBus;
  schedules: Schedules;
  mappings: Mappings;
}

/** What tests and benches steer and look at. */
export function controls({
  functions,
  events,
  bus,
  schedules,
  mappings,
}: ControlsInput): Pick<LocalAws, 'functions' | 'events' | 'schedules' | 'stream'> {
  return {
    functions: {
      counters: () => Object.fromEntries(functions.all.map((pool) => [pool.definition.label, pool.counters()])),
      reset: () => functions.all.forEach((pool) => pool.resetCounters()),
      pids: (name) => functions.named(name).pids(),
    },
    events: {
      ...bus.faults,
      publish: bus.publish,
      redeliver: bus.redeliver,
      recent: bus.recent,
      settled: async () => {
        await bus.settled();
        await events.settled();
      },
    },
    schedules: { run: schedules.run, pause: schedules.pause, resume: schedules.resume },
    stream: (functionName) => {
      const found = mappings.streams.find(({ functionLabel }) => functionLabel === functionName);
      if (found === undefined) throw new Error(`No stream feeds ${functionName}`);
      return found;
    },
  };
}
