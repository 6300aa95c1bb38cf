import type { Option, Options } from './command.ts';
import { UsageError } from './fault.ts';

export type RawValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** The options of one command line, each read as what it is. */
export class Values {
  readonly raw: RawValues;

  constructor(raw: RawValues) {
    this.raw = raw;
  }

  flag(name: string): boolean {
    return this.raw[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.raw[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** Of options that may be repeated; commas separate too. */
  list(name: string): string[] {
    const value = this.raw[name];
    const all = Array.isArray(value) ? value : [value];
    return all.flatMap((each) => (typeof each === 'string' ? each.split(',') : [])).filter((each) => each !== '');
  }

  /** @throws UsageError unless it is a whole number of at least so much */
  whole(name: string, least = 1): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d{1,15}$/.test(value) && number >= least) return number;
    throw new UsageError(`--${name} ${value}: expected a whole number of at least ${least}`);
  }

  /** One of the values that the API spells in capitals, as the API spells it. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name);
    return choices.find((choice) => choice.toLowerCase() === value?.toLowerCase());
  }
}

/** The options of a command as words again, for a program that reads them itself. */
export function asWords(options: Options, values: Values): string[] {
  return Object.entries(options).flatMap(([name, { kind }]) => {
    const value = values.raw[name];
    if (kind === 'flag') return value === true ? [`--${name}`] : [];
    const all = Array.isArray(value) ? value : [value];
    return all.flatMap((each) => (typeof each === 'string' ? [`--${name}`, each] : []));
  });
}

/** @throws UsageError for a value that the option does not take */
export function checkChoice(name: string, { choices }: Option, value: unknown): void {
  if (choices === undefined || typeof value !== 'string') return;
  if (choices.some((choice) => choice.toLowerCase() === value.toLowerCase())) return;
  throw new UsageError(`--${name} ${value}: expected one of ${choices.join(', ')}`);
}
