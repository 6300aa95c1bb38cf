import type { RuleTarget } from '../template/resources/events.ts';
import type { BusEvent } from './bus-event.ts';

/**
 * What a target of a rule is given: the event, or what `Input`, `InputPath` or `InputTransformer` make of it.
 * @returns JSON text, or what the transformer's template says
 */
export function targetInput(target: RuleTarget, event: BusEvent, rule: { name: string; arn: string }): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (target.InputTransformer === undefined) return JSON.stringify(event);
  const { InputPathsMap, InputTemplate } = target.InputTransformer;
  const values: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(Object.entries(InputPathsMap).map(([name, path]) => [name, valueAt(event, path)])),
    'aws.events.event': event,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
  };
  return InputTemplate.replace(/<([^<>]+)>/g, (whole, name: string, offset: number) => {
    if (!(name in values)) return whole;
    const json = JSON.stringify(values[name] ?? '');
    if (!isInsideQuotes(InputTemplate, offset)) return json;
    // Inside of quotes the value stands without its own.
    return typeof values[name] === 'string' ? json.slice(1, -1) : json.replaceAll('"', '\\"');
  });
}

/** Follows a JSON path of plain names and indexes: `$.detail.items[0].id`. */
function valueAt(event: BusEvent, path: string): unknown {
  const steps = path
    .replace(/^\$\.?/, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/\['([^']+)'\]/g, '.$1')
    .split('.');
  return steps
    .filter((step) => step !== '')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined,
      event,
    );
}

function isInsideQuotes(template: string, offset: number): boolean {
  return (template.slice(0, offset).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
}
