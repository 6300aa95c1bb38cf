import type { AsyncInvoker, QueueMessage } from '../lambda/async-invoker.ts';
import type { FunctionRegistry } from '../lambda/function-registry.ts';
import type { Stack } from '../template/load-stack.ts';
import { RuleProperties, type RuleTarget } from '../template/resources/events.ts';
import { completeEvent, type BusEvent, type NewBusEvent } from './bus-event.ts';
import type { Clock } from './clock.ts';
import { createEventFaults, type EventFate, type EventFaults } from './faults.ts';
import { compilePattern, type Matcher } from './pattern.ts';
import { targetInput } from './rule-input.ts';

/** Where targets are. */
export interface EventTargets {
  functions: FunctionRegistry;
  events: AsyncInvoker;
  sendToQueue: (queueArn: string, message: QueueMessage, groupId?: string) => Promise<void>;
}

export interface EventBusOptions {
  stack: Stack;
  targets: EventTargets;
  clock: Clock;
  log: (text: string) => void;
}

/** One event that was put on a bus, and what became of it. */
export interface EventRecord {
  bus: string;
  event: BusEvent;
  fate: EventFate;
  /** Names of the rules that matched. */
  rules: readonly string[];
}

/** All buses of a stack, the default one included. */
export interface EventBus {
  /** Puts an event on a bus, past all checks of PutEvents: as the services of AWS do. */
  publish: (event: NewBusEvent, bus?: string) => BusEvent;
  /** Delivers an event again to whom it was delivered before, whatever faults are ordered. */
  redeliver: (event: BusEvent, bus?: string) => void;
  /** Runs the targets of a scheduled rule. */
  runRule: (rule: BusRule) => void;
  rules: readonly BusRule[];
  /** Names of the buses. */
  buses: readonly string[];
  faults: EventFaults;
  /** The last 1,000 events, oldest first. */
  recent: () => readonly EventRecord[];
  /** Resolves when all deliveries that were under way have arrived. */
  settled: () => Promise<void>;
}

/** A rule of the template. */
export interface BusRule {
  logicalId: string;
  label: string;
  name: string;
  arn: string;
  bus: string;
  matches: Matcher | undefined;
  schedule: string | undefined;
  targets: readonly RuleTarget[];
}

/** Reads the rules; nothing is scheduled yet. */
export function createEventBus({ stack, targets, clock, log }: EventBusOptions): EventBus {
  const rules = readRules(stack);
  for (const rule of rules) rule.targets.forEach((target) => refuseUnknownTarget(rule, target, targets));
  const buses = [
    'default',
    ...stack.resourcesOf('AWS::Events::EventBus', RuleProperties.partial()).map(({ ref }) => ref),
  ];
  const history: EventRecord[] = [];
  const pending = new Set<Promise<void>>();

  const send = (rule: BusRule, event: BusEvent) => {
    for (const target of rule.targets) {
      const work = deliverTo(target, rule, event, targets)
        .catch((error: unknown) => log(`Rule ${rule.label} lost an event: ${String(error)}`))
        .finally(() => pending.delete(work));
      pending.add(work);
    }
  };
  const matching = (event: BusEvent, bus: string) =>
    rules.filter((rule) => rule.bus === bus && rule.matches?.(event) === true);
  const faultsOf = new Map(
    buses.map((bus) => [
      bus,
      createEventFaults((event) => {
        for (const rule of matching(event, bus)) send(rule, event);
      }),
    ]),
  );
  const defaultFaults = faultsOf.get('default');
  if (defaultFaults === undefined) throw new Error('There is always a default bus');
  return {
    rules,
    buses,
    faults: defaultFaults.faults,
    recent: () => history,
    publish: (newEvent, bus = 'default') => {
      const event = completeEvent(newEvent, stack.place, clock.now());
      const fate = (faultsOf.get(bus) ?? defaultFaults).apply(event);
      history.push({ bus, event, fate, rules: matching(event, bus).map(({ name }) => name) });
      if (history.length > 1000) history.shift();
      return event;
    },
    redeliver: (event, bus = 'default') => matching(event, bus).forEach((rule) => send(rule, event)),
    runRule: (rule) => send(rule, scheduledEvent(rule, stack, clock)),
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function readRules(stack: Stack): BusRule[] {
  return stack
    .resourcesOf('AWS::Events::Rule', RuleProperties)
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(({ logicalId, label, ref, attributes, properties }) => ({
      logicalId,
      label,
      name: ref,
      arn: attributes.Arn ?? ref,
      bus: properties.EventBusName.split('/').at(-1) ?? 'default',
      matches: properties.EventPattern && compilePattern(properties.EventPattern),
      schedule: properties.ScheduleExpression,
      targets: properties.Targets,
    }));
}

function refuseUnknownTarget(rule: BusRule, { Arn }: RuleTarget, { functions }: EventTargets): void {
  if (Arn.startsWith('arn:aws:sqs:') || functions.find(Arn) !== undefined) return;
  throw new Error(`Rule ${rule.label} has a target that cannot be run locally: ${Arn}`);
}

async function deliverTo(target: RuleTarget, rule: BusRule, event: BusEvent, to: EventTargets): Promise<void> {
  const input = targetInput(target, event, rule);
  const pool = to.functions.find(target.Arn);
  if (pool !== undefined) {
    to.events.accept(pool, input);
    return;
  }
  try {
    await to.sendToQueue(target.Arn, { body: input }, target.SqsParameters?.MessageGroupId);
  } catch (error) {
    if (target.DeadLetterConfig === undefined) throw error;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: String(error).slice(0, 1024),
    };
    await to.sendToQueue(target.DeadLetterConfig.Arn, { body: JSON.stringify(event), attributes });
  }
}

function scheduledEvent(rule: BusRule, { place }: Stack, clock: Clock): BusEvent {
  const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, resources: [rule.arn] };
  return completeEvent(event, place, clock.now());
}
