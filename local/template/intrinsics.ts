import type { RawTemplate } from './read-template.ts';

/** Names of things that only exist once a stack runs somewhere. */
export interface References {
  /** What `Ref` gives for a resource. */
  ref: (logicalId: string) => string;
  /** What `Fn::GetAtt` gives. */
  attribute: (logicalId: string, attribute: string) => string;
  /** `AWS::Region` and its like, without the `AWS::`. */
  pseudo: Readonly<Record<string, string | readonly string[]>>;
}

/** Evaluates intrinsic functions and conditions of one template. */
export interface Resolver {
  /** A copy of `value` with every intrinsic evaluated; keys whose value is `AWS::NoValue` are gone. */
  resolve: (value: unknown) => unknown;
  /** Whether the named condition holds. */
  holds: (condition: string) => boolean;
}

const noValue = Symbol('AWS::NoValue');
type Node = Readonly<Record<string, unknown>>;
type Evaluate = (argument: unknown, scope: Scope) => unknown;

interface Scope {
  template: RawTemplate;
  parameters: Readonly<Record<string, string>>;
  references: References;
}

/**
 * @param template as written by CDK
 * @param parameters values for the template's parameters; those left out take their default
 * @throws when the template uses an intrinsic that is not known, or refers to something that does not exist
 */
export function createResolver(
  template: RawTemplate,
  parameters: Readonly<Record<string, string>>,
  references: References,
): Resolver {
  const scope: Scope = { template, parameters, references };
  return {
    resolve: (value) => {
      const resolved = evaluate(value, scope);
      return resolved === noValue ? undefined : resolved;
    },
    holds: (condition) => conditionHolds(condition, scope),
  };
}

const functions: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => ref(text(argument), scope),
  'Fn::GetAtt': (argument, scope) => getAttribute(argument, scope),
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, scope);
    return list(parts, scope).map(text).join(text(separator));
  },
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::Select': (argument, scope) => {
    const [index, from] = list(argument, scope);
    const chosen = list(from, scope)[Number(index)];
    if (chosen === undefined) throw new Error(`Fn::Select: no element ${text(index)}`);
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = list(argument, scope);
    return text(value).split(text(separator));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = items(argument);
    return evaluate(conditionHolds(text(condition), scope) ? yes : no, scope);
  },
  'Fn::FindInMap': (argument, scope) => findInMap(list(argument, scope).map(text), scope),
  'Fn::Base64': (argument, scope) => Buffer.from(text(evaluate(argument, scope))).toString('base64'),
  'Fn::GetAZs': (_argument, { references }) =>
    ['a', 'b', 'c'].map((zone) => `${text(references.pseudo.Region)}${zone}`),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope);
    return text(left) === text(right);
  },
  'Fn::Not': (argument, scope) => list(argument, scope)[0] !== true,
  'Fn::And': (argument, scope) => list(argument, scope).every((each) => each === true),
  'Fn::Or': (argument, scope) => list(argument, scope).some((each) => each === true),
  Condition: (argument, scope) => conditionHolds(text(argument), scope),
};

function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((each) => evaluate(each, scope)).filter((each) => each !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Node);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const [name, argument] = only;
    // A policy document also has a key `Condition`, but never with a plain name in it.
    const known = name === 'Condition' && typeof argument !== 'string' ? undefined : functions[name];
    if (known !== undefined) return known(argument, scope);
    if (name.startsWith('Fn::')) throw new Error(`The template uses ${name}, which is not run locally`);
  }
  const resolved = entries.map(([key, each]) => [key, evaluate(each, scope)] as const);
  return Object.fromEntries(resolved.filter(([, each]) => each !== noValue));
}

function ref(name: string, { template, parameters, references }: Scope): unknown {
  if (name === 'AWS::NoValue') return noValue;
  if (name.startsWith('AWS::')) {
    const value = references.pseudo[name.slice('AWS::'.length)];
    if (value === undefined) throw new Error(`Unknown pseudo parameter ${name}`);
    return value;
  }
  const parameter = template.Parameters[name];
  if (parameter === undefined) return references.ref(name);
  const value = parameters[name] ?? parameter.Default;
  if (value === undefined) throw new Error(`Parameter ${name} has no default and was not given`);
  return parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<')
    ? String(value)
        .split(',')
        .map((part) => part.trim())
    : String(value);
}

function getAttribute(argument: unknown, scope: Scope): string {
  const [logicalId, attribute] = typeof argument === 'string' ? splitOnce(argument) : items(argument);
  return scope.references.attribute(text(logicalId), text(evaluate(attribute, scope)));
}

function splitOnce(path: string): [string, string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function substitute(argument: unknown, scope: Scope): string {
  const [template, given] = typeof argument === 'string' ? [argument] : items(argument);
  const variables = evaluate(given ?? {}, scope) as Node;
  return text(template).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const variable = variables[name.trim()];
    if (variable !== undefined) return text(variable);
    return text(name.includes('.') ? getAttribute(name.trim(), scope) : ref(name.trim(), scope));
  });
}

function findInMap([map, top, second]: readonly string[], { template }: Scope): unknown {
  const value = template.Mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
  if (value === undefined) throw new Error(`Fn::FindInMap: nothing at ${[map, top, second].join('.')}`);
  return value;
}

function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions[name];
  if (condition === undefined) throw new Error(`The template has no condition ${name}`);
  return evaluate(condition, scope) === true;
}

function list(value: unknown, scope: Scope): readonly unknown[] {
  return items(evaluate(value, scope));
}

function items(value: unknown): readonly unknown[] {
  if (isList(value)) return value;
  throw new Error(`Expected a list, got ${JSON.stringify(value)}`);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`Expected text, got ${JSON.stringify(value)}`);
}
