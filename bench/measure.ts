/** One figure and, where there is one, what it should be. */
export interface Measure {
  group: string;
  name: string;
  value: number;
  unit: string;
  target?: { atMost: number } | { atLeast: number };
  met?: boolean;
  /** Missing a counted target fails the run; a timed one depends on the machine and only warns. */
  kind: 'counted' | 'timed';
  note?: string;
}

/** A figure of a group; `met` follows from the target. */
export function measure(given: Omit<Measure, 'met'>): Measure {
  const { target } = given;
  if (target === undefined) return given;
  return { ...given, met: 'atMost' in target ? given.value <= target.atMost : given.value >= target.atLeast };
}

/** The q-th quantile (0 to 1) by nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (value === undefined) throw new Error('A quantile of nothing');
  return value;
}

export function median(values: readonly number[]): number {
  const upper = quantile(values, 0.5 + 0.5 / Math.max(1, values.length));
  return values.length % 2 === 1 ? quantile(values, 0.5) : (quantile(values, 0.5) + upper) / 2;
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
