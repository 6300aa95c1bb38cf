import { Anchor, NativeSelect, Skeleton, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { countOf } from '../../cli/render/amounts.ts';
import { hashOf, oneOf, type Period, periods } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { paced } from '../shell/pace.ts';
import { Page } from '../shell/page.tsx';
import { Section } from '../shell/section.tsx';
import { useNow } from '../shell/use-now.ts';
import { lasting, local } from '../shell/when.ts';
import { beginOf, bucketsOf, spans } from './buckets.ts';
import { type Queue, queueOf } from './queue.ts';
import { readJobs } from './read-period.ts';
import { Throughput } from './throughput.tsx';

/** Ms */
const queueEvery = 5000;
const periodEvery = 60_000;

/** What is under way, and what was done of late. */
export default function OverviewPage({ period }: { period: Period }) {
  return (
    <Page title="Overview">
      <QueuePanel />
      <PeriodPanel period={period} />
    </Page>
  );
}

function QueuePanel() {
  const { client } = useService();
  const { data, error, refetch } = useQuery({
    queryKey: ['queue'],
    queryFn: async ({ signal }) => {
      const { jobs, more } = await readJobs((part) => client.jobs.page({ ...part, is_finished: false, signal }));
      return { queue: queueOf(jobs), more };
    },
    refetchInterval: ({ state }) => paced(queueEvery, state.error),
  });
  return (
    <Section title="Now" aside={data?.more === true && <Text size="sm">among the newest jobs</Text>}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={70} aria-hidden />}
      {data && <QueueFigures queue={data.queue} />}
    </Section>
  );
}

function QueueFigures({ queue }: { queue: Queue }) {
  const now = useNow(queue.waiting + queue.running > 0);
  const since = (at: number | undefined) => (at === undefined ? '' : `the longest ${lasting((now - at) / 1000)}`);
  const figures = [
    {
      state: 'UploadComplete',
      label: 'waiting',
      color: 'yellow',
      count: queue.waiting,
      more: since(queue.waitingSince),
    },
    { state: 'InProgress', label: 'running', color: 'blue', count: queue.running, more: since(queue.runningSince) },
    { state: 'Open', label: 'open', color: 'gray', count: queue.open, more: 'not started' },
  ] as const;
  return (
    <div className="figures">
      {figures.map(({ state, label, color, count, more }) => (
        <Anchor key={state} href={hashOf({ page: 'jobs', filters: { state } })} className="figure" underline="never">
          <span className="figure-count">{countOf(count)}</span>
          <span className="state">
            <span className="dot" data-color={color} aria-hidden />
            {label}
          </span>
          <Text component="span" size="xs" c="dimmed">
            {count > 0 ? more : ''}
          </Text>
        </Anchor>
      ))}
    </div>
  );
}

const names: Readonly<Record<Period, string>> = { hour: 'The last hour', day: 'The last day', week: 'The last week' };

function usePeriod(period: Period) {
  const { client } = useService();
  return useQuery({
    queryKey: ['period', period],
    queryFn: async ({ signal }) => {
      const from = beginOf(period, Date.now());
      const read = await readJobs((part) =>
        client.jobs.page({ ...part, created_after: new Date(from).toISOString(), signal }),
      );
      const oldest = read.jobs.at(-1);
      // What was not read was created, hence ended, at any time; what ended before the oldest one read is not known at all.
      const since = read.more && oldest ? Date.parse(oldest.created_at) : undefined;
      return { buckets: bucketsOf(read.jobs, period, from), since, count: read.jobs.length };
    },
    refetchInterval: ({ state }) => paced(periodEvery, state.error),
    staleTime: periodEvery / 2,
    placeholderData: keepPreviousData,
  });
}

function PeriodPanel({ period }: { period: Period }) {
  const { data, error, refetch, isPlaceholderData } = usePeriod(period);
  const choice = (
    <NativeSelect
      size="xs"
      aria-label="Period"
      value={period}
      onChange={(event) => go({ page: 'overview', period: oneOf(periods, event.currentTarget.value) ?? 'day' })}
      data={periods.map((value) => ({ value, label: names[value] }))}
    />
  );
  const known = isPlaceholderData ? undefined : data;
  const ended = known?.buckets.some(({ complete, failed, cancelled }) => complete + failed + cancelled > 0);
  return (
    <Section title="Throughput" aside={choice}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!known && !error && <Skeleton height={240} aria-hidden />}
      {known && ended === false && (
        <Empty>{known.count === 0 ? 'No jobs were created in this time.' : 'No job has ended in this time.'}</Empty>
      )}
      {known && ended === true && <Throughput buckets={known.buckets} period={period} since={known.since} />}
      {known && (
        <Text size="xs" c="dimmed" mt="xs">
          {coverage(known, period)}
        </Text>
      )}
    </Section>
  );
}

/** What the numbers are of. */
function coverage({ since, count }: { since: number | undefined; count: number }, period: Period): string {
  const each = `by when they ended, in steps of ${spans[period].each}`;
  if (since === undefined) return `All ${countOf(count)} jobs created in this time, ${each}.`;
  return `The newest ${countOf(count)} jobs, created since ${local(new Date(since).toISOString())}, ${each}. Older ones are not read.`;
}
