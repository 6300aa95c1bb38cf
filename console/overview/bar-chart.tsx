import { Text } from '@mantine/core';
import { useState } from 'react';
import { roundUp } from './buckets.ts';

export interface Series {
  name: string;
  /** Of style.css: colours of light and dark. */
  kind: 'complete' | 'failed' | 'cancelled' | 'amount';
  values: readonly number[];
}

interface BarChartProps {
  title: string;
  /** What the bars stand for, each. */
  labels: readonly string[];
  series: readonly Series[];
  format: (value: number) => string;
  /** What it all comes to, for who does not see it. */
  summary: string;
  /** Bars before this one are not known. */
  unknown: number;
}

/** Units of the drawing, about a pixel each. */
const width = 360;
const height = 110;
const foot = 20;

/** Bars, one upon the other; the numbers are in the table below the charts as well. */
export function BarChart({ title, labels, series, format, summary, unknown }: BarChartProps) {
  const [at, setAt] = useState<number>();
  const totals = labels.map((_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0));
  const top = roundUp(Math.max(...totals));
  const wide = width / labels.length;
  const every = Math.ceil(labels.length / (labels[0] !== undefined && labels[0].length > 5 ? 4 : 6));
  return (
    <figure className="chart">
      <figcaption className="row apart">
        <Text component="span" size="sm" fw={600}>
          {title}
        </Text>
        <Text component="span" size="xs" c="dimmed">
          {at === undefined ? `up to ${format(top)}` : readingOf(labels[at] ?? '', series, at, format)}
        </Text>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height + foot}`}
        role="img"
        aria-label={`${title}: ${summary}`}
        onPointerLeave={() => setAt(undefined)}
      >
        {[0, 0.5, 1].map((share) => (
          <line key={share} className="grid" x1={0} x2={width} y1={height * share} y2={height * share} />
        ))}
        {unknown > 0 && <rect className="unread" x={0} y={0} width={unknown * wide} height={height} />}
        {labels.map((label, bar) => (
          <g key={label} onPointerEnter={() => setAt(bar)} data-at={bar === at}>
            <rect className="column" x={bar * wide} y={0} width={wide} height={height} />
            {stackOf(series, bar).map(({ kind, below, value }) => (
              <rect
                key={kind}
                className="block"
                data-kind={kind}
                x={bar * wide + 1.5}
                width={Math.max(1, wide - 3)}
                y={height - ((below + value) / top) * height}
                height={(value / top) * height}
              />
            ))}
            {bar % every === 0 && (
              <text x={bar * wide + 2} y={height + foot - 4}>
                {label}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function stackOf(series: readonly Series[], bar: number) {
  let below = 0;
  return series.flatMap(({ kind, values }) => {
    const value = values[bar] ?? 0;
    const block = { kind, below, value };
    below += value;
    return value > 0 ? [block] : [];
  });
}

const readingOf = (label: string, series: readonly Series[], bar: number, format: (value: number) => string): string =>
  `${label}: ${series.map(({ name, values }) => `${format(values[bar] ?? 0)} ${name}`).join(', ')}`;
