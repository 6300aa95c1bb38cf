import { Text } from '@mantine/core';
import { useState } from 'react';
import { bytesOf, countOf, plural } from '../../cli/render/amounts.ts';
import type { Period } from '../routing/route.ts';
import { local } from '../shell/when.ts';
import { BarChart } from './bar-chart.tsx';
import { type Bucket, spans } from './buckets.ts';
import { Wide } from '../shell/wide.tsx';

interface ThroughputProps {
  buckets: readonly Bucket[];
  period: Period;
  /** Epoch ms; what ended before was not read. */
  since: number | undefined;
}

const sum = (buckets: readonly Bucket[], of: (bucket: Bucket) => number): number =>
  buckets.reduce((total, bucket) => total + of(bucket), 0);

/** 14:05; over a week 07-31 12:00 */
function labelOf({ from }: Bucket, period: Period): string {
  const text = local(new Date(from).toISOString());
  return period === 'week' ? text.slice(5, 16) : text.slice(11, 16);
}

/** Jobs, rows and bytes over time, to be seen and to be read. */
export function Throughput({ buckets, period, since }: ThroughputProps) {
  const [opened, setOpened] = useState(false);
  const labels = buckets.map((bucket) => labelOf(bucket, period));
  const complete = sum(buckets, (bucket) => bucket.complete);
  const failed = sum(buckets, (bucket) => bucket.failed);
  const cancelled = sum(buckets, (bucket) => bucket.cancelled);
  const rows = sum(buckets, (bucket) => bucket.rows);
  const bytes = sum(buckets, (bucket) => bucket.bytes);
  const unknown = since === undefined ? 0 : buckets.filter(({ to }) => to <= since).length;
  const chart = { labels, unknown };
  return (
    <>
      <div className="charts">
        <BarChart
          {...chart}
          title={`Jobs: ${countOf(complete + failed + cancelled)}`}
          summary={`${countOf(complete)} complete, ${countOf(failed)} failed, ${countOf(cancelled)} cancelled`}
          format={countOf}
          series={[
            { name: 'complete', kind: 'complete', values: buckets.map((bucket) => bucket.complete) },
            { name: 'failed', kind: 'failed', values: buckets.map((bucket) => bucket.failed) },
            { name: 'cancelled', kind: 'cancelled', values: buckets.map((bucket) => bucket.cancelled) },
          ]}
        />
        <BarChart
          {...chart}
          title={`Rows: ${countOf(rows)}`}
          summary={plural(rows, 'row')}
          format={countOf}
          series={[{ name: 'rows', kind: 'amount', values: buckets.map((bucket) => bucket.rows) }]}
        />
        <BarChart
          {...chart}
          title={`Data: ${bytesOf(bytes)}`}
          summary={bytesOf(bytes)}
          format={bytesOf}
          series={[{ name: '', kind: 'amount', values: buckets.map((bucket) => bucket.bytes) }]}
        />
      </div>
      <Legend />
      <details onToggle={(event) => setOpened(event.currentTarget.open)}>
        <summary>As a table</summary>
        {opened && <Numbers buckets={buckets} labels={labels} period={period} />}
      </details>
    </>
  );
}

const Legend = () => (
  <Text size="xs" c="dimmed" className="row" component="div">
    {(['complete', 'failed', 'cancelled'] as const).map((kind) => (
      <span key={kind} className="state">
        <span className="key" data-kind={kind} aria-hidden />
        {kind}
      </span>
    ))}
  </Text>
);

interface NumbersProps extends Pick<ThroughputProps, 'buckets' | 'period'> {
  labels: readonly string[];
}

/** Of plain elements: hundreds of numbers are made at once. */
function Numbers({ buckets, labels, period }: NumbersProps) {
  return (
    <Wide minWidth={480}>
      <table className="list" aria-label={`Throughput in steps of ${spans[period].each}`}>
        <thead>
          <tr>
            <th scope="col">From</th>
            {['Complete', 'Failed', 'Cancelled', 'Rows', 'Data'].map((name) => (
              <th key={name} scope="col" className="amount">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket, at) => (
            <tr key={bucket.from}>
              <th scope="row">{labels[at]}</th>
              {[bucket.complete, bucket.failed, bucket.cancelled, bucket.rows].map((value, column) => (
                <td key={column} className="amount">
                  {countOf(value)}
                </td>
              ))}
              <td className="amount">{bytesOf(bucket.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
