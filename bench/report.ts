import type { Measure } from './measure.ts';

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

function targetOf({ target, met, kind }: Measure): string {
  if (target === undefined) return '';
  const limit = 'atMost' in target ? `<= ${number(target.atMost)}` : `>= ${number(target.atLeast)}`;
  return `${limit}  ${met ? 'met' : kind === 'counted' ? 'MISSED' : 'missed (timed)'}`;
}

/** The figures as a table for people, a block for each group. */
export function table(measures: readonly Measure[]): string {
  const groups = Map.groupBy(measures, ({ group }) => group);
  const name = Math.max(...measures.map((each) => each.name.length));
  const value = Math.max(...measures.map((each) => number(each.value).length));
  const unit = Math.max(...measures.map((each) => each.unit.length));
  const line = (each: Measure): string =>
    [
      `  ${each.name.padEnd(name)}  ${number(each.value).padStart(value)} ${each.unit.padEnd(unit)}  ${targetOf(each)}`,
      each.note === undefined ? [] : `(${each.note})`,
    ]
      .flat()
      .join('  ')
      .trimEnd();
  return [...groups].map(([group, members]) => [group, ...members.map(line)].join('\n')).join('\n\n');
}
