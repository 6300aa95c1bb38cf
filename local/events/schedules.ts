import type { Stack } from '../template/load-stack.ts';
import { ScheduleProperties } from '../template/resources/events.ts';
import type { Clock } from './clock.ts';
import type { EventBus, EventTargets } from './event-bus.ts';
import { parseScheduleExpression, type ScheduleExpression } from './schedule-expression.ts';

/** Scheduled rules of EventBridge and schedules of EventBridge Scheduler. */
export interface Schedules {
  /** Runs a schedule now, by its logical id, label or name. @throws when there is none such */
  run: (name: string) => void;
  /** Stops the clock for all schedules, so that a test alone decides when they run. */
  pause: () => void;
  resume: () => void;
  stop: () => void;
}

interface Entry {
  names: readonly string[];
  expression: ScheduleExpression;
  run: () => void;
}

export interface SchedulesOptions {
  stack: Stack;
  bus: EventBus;
  targets: EventTargets;
  clock: Clock;
  log: (text: string) => void;
}

/** Starts all schedules of a stack; as in AWS a `rate` runs for the first time after one period. */
export function startSchedules({ stack, bus, targets, clock, log }: SchedulesOptions): Schedules {
  const entries = [...ruleEntries(bus), ...schedulerEntries(stack, targets, log)];
  const cancels = new Map<Entry, () => void>();
  const plan = (entry: Entry, previous: Date) => {
    const next = entry.expression.nextAfter(previous);
    if (next === undefined) return;
    const cancel = clock.at(next, () => {
      entry.run();
      plan(entry, next);
    });
    cancels.set(entry, cancel);
  };
  const stop = () => {
    for (const cancel of cancels.values()) cancel();
    cancels.clear();
  };
  const start = () => entries.forEach((entry) => plan(entry, clock.now()));
  start();
  return {
    run: (name) => {
      const entry = entries.find(({ names }) => names.includes(name));
      if (entry === undefined) {
        const known = entries.map(({ names }) => names[1]).join(', ');
        throw new Error(`There is no schedule ${name}; there are: ${known}`);
      }
      entry.run();
    },
    pause: stop,
    resume: () => {
      stop();
      start();
    },
    stop,
  };
}

function ruleEntries(bus: EventBus): Entry[] {
  return bus.rules.flatMap((rule) =>
    rule.schedule === undefined
      ? []
      : [
          {
            names: [rule.logicalId, rule.label, rule.name],
            expression: parseScheduleExpression(rule.schedule),
            run: () => bus.runRule(rule),
          },
        ],
  );
}

function schedulerEntries(
  stack: Stack,
  { functions, events, sendToQueue }: EventTargets,
  log: (text: string) => void,
): Entry[] {
  return stack
    .resourcesOf('AWS::Scheduler::Schedule', ScheduleProperties)
    .filter(({ properties }) => properties.State === 'ENABLED')
    .map(({ logicalId, label, ref, properties: { ScheduleExpression: expression, Target } }) => {
      const pool = functions.find(Target.Arn);
      const isQueue = Target.Arn.startsWith('arn:aws:sqs:');
      if (pool === undefined && !isQueue)
        throw new Error(`${label} has a target that cannot be run locally: ${Target.Arn}`);
      const input = Target.Input ?? '{}';
      const lost = (error: unknown) => log(`${label} could not reach its target: ${String(error)}`);
      return {
        names: [logicalId, label, ref],
        expression: parseScheduleExpression(expression),
        run: () => {
          if (pool === undefined) sendToQueue(Target.Arn, { body: input }).catch(lost);
          else events.accept(pool, input);
        },
      };
    });
}
