/** Tells whether an event matches a pattern. */
export type Matcher = (event: unknown) => boolean;
type LeafMatcher = (value: unknown) => boolean;
type Node = Readonly<Record<string, unknown>>;

/**
 * Compiles an event pattern, as rules of EventBridge and filters of Lambda have them: lists of alternatives at the
 * leaves, nested objects, `$or`, and the operators prefix, suffix, anything-but, exists, numeric, equals-ignore-case and
 * wildcard.
 * @throws when the pattern is not valid, or uses an operator that is not known
 */
export function compilePattern(pattern: Node): Matcher {
  const parts = Object.entries(pattern).map(([key, value]) => compileKey(key, value));
  return (event) => parts.every((part) => part(event));
}

function compileKey(key: string, value: unknown): Matcher {
  if (key === '$or') {
    const alternatives = list(value, '$or').map((each) => compilePattern(node(each, '$or')));
    return (event) => alternatives.some((alternative) => alternative(event));
  }
  if (Array.isArray(value)) {
    const leaf = compileLeaf(key, value);
    return (event) => leaf(child(event, key));
  }
  const below = compilePattern(node(value, key));
  const wantsAbsence = onlyAbsences(value);
  return (event) => {
    const inner = child(event, key);
    if (Array.isArray(inner)) return inner.some((each) => below(each));
    return isNode(inner) ? below(inner) : wantsAbsence;
  };
}

/** Alternatives for one field; a field that holds a list matches when one of its elements does. */
function compileLeaf(key: string, alternatives: readonly unknown[]): LeafMatcher {
  if (alternatives.length === 0) throw new Error(`Event pattern: the list at ${key} is empty`);
  const matchers = alternatives.map((alternative) => compileAlternative(key, alternative));
  return (value) => matchers.some((matcher) => matcher(value));
}

function compileAlternative(key: string, alternative: unknown): LeafMatcher {
  if (!isNode(alternative)) return ofElements((value) => value === alternative);
  const [[operator, argument] = ['', undefined], ...more] = Object.entries(alternative);
  if (more.length > 0) throw new Error(`Event pattern: one operator at a time at ${key}`);
  if (operator === 'exists') {
    // `exists` is about leaves: an object with fields in it is not one.
    return (value) => (value !== undefined && !isNode(value)) === argument;
  }
  return ofElements(compileOperator(key, operator, argument));
}

function compileOperator(key: string, operator: string, argument: unknown): LeafMatcher {
  switch (operator) {
    case 'prefix':
      return affix(argument, (value, part) => value.startsWith(part));
    case 'suffix':
      return affix(argument, (value, part) => value.endsWith(part));
    case 'equals-ignore-case':
      return textual((value) => value.toLowerCase() === text(argument, operator).toLowerCase());
    case 'wildcard':
      return textual((value) => wildcard(text(argument, operator)).test(value));
    case 'numeric':
      return numeric(list(argument, operator));
    case 'anything-but':
      return anythingBut(key, argument);
    default:
      throw new Error(`Event pattern: the operator ${operator} at ${key} is not known`);
  }
}

function anythingBut(key: string, argument: unknown): LeafMatcher {
  if (!isNode(argument)) {
    const excluded = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument];
    return (value) => !excluded.includes(value);
  }
  const [[operator, inner] = ['', undefined]] = Object.entries(argument);
  const alternatives = Array.isArray(inner) ? (inner as readonly unknown[]) : [inner];
  const excluded = alternatives.map((each) => compileOperator(key, operator, each));
  return (value) => !excluded.some((matches) => matches(value));
}

function affix(argument: unknown, holds: (value: string, part: string) => boolean): LeafMatcher {
  if (!isNode(argument)) {
    const part = text(argument, 'prefix or suffix');
    return textual((value) => holds(value, part));
  }
  const part = text(argument['equals-ignore-case'], 'equals-ignore-case').toLowerCase();
  return textual((value) => holds(value.toLowerCase(), part));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(argument: readonly unknown[]): LeafMatcher {
  const checks: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const compare = comparisons[text(argument[index], 'numeric')];
    const bound = argument[index + 1];
    if (compare === undefined || typeof bound !== 'number')
      throw new Error('Event pattern: numeric wants [operator, number, ...]');
    checks.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && checks.every((check) => check(value));
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

function textual(holds: (value: string) => boolean): LeafMatcher {
  return (value) => typeof value === 'string' && holds(value);
}

function ofElements(matches: LeafMatcher): LeafMatcher {
  return (value) => {
    if (value === undefined || isNode(value)) return false;
    return Array.isArray(value) ? value.some(matches) : matches(value);
  };
}

/** Whether a nested pattern asks for nothing but absent fields, which an absent object satisfies. */
function onlyAbsences(pattern: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.every((each) => isNode(each) && each.exists === false);
  return isNode(pattern) && Object.values(pattern).every(onlyAbsences);
}

function child(event: unknown, key: string): unknown {
  return isNode(event) ? event[key] : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function node(value: unknown, where: string): Node {
  if (isNode(value)) return value;
  throw new Error(`Event pattern: ${where} must hold a list or an object, not ${JSON.stringify(value)}`);
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Error(`Event pattern: ${where} must be a list`);
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`Event pattern: ${where} must be text, not ${JSON.stringify(value)}`);
}
