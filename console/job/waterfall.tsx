import { Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import type { JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { lasting, local } from '../shell/when.ts';
import { At } from '../shell/time.tsx';
import { useNow } from '../shell/use-now.ts';
import { extentOf, type Lane, lanesOf, type Span, type SpanEnd, type SpanKind } from './lanes.ts';
import { Wide } from '../shell/wide.tsx';

const kinds: Readonly<Record<SpanKind, string>> = {
  open: 'Open',
  waiting: 'Waiting for a place',
  running: 'Running',
  executing: 'The warehouse works',
  exporting: 'Writing files',
  finalizing: 'Finishing',
};
const ends: Readonly<Record<SpanEnd, string>> = {
  done: '',
  failed: 'failed',
  cancelled: 'cancelled',
  'going on': 'going on',
};
const within: ReadonlySet<SpanKind> = new Set(['executing', 'exporting', 'finalizing']);

/** Where a job's time went: each run with its waiting and running, on one scale. */
export function Waterfall({ job }: { job: JobRecord }) {
  const { client } = useService();
  const { data: runs, error } = useQuery({
    queryKey: ['runs', job.job_id, job.state, job.run_id, job.desired_state],
    queryFn: ({ signal }) => client.job(job.job_id).runs({ signal }),
    placeholderData: keepPreviousData,
  });
  const now = useNow(!job.is_finished);
  const lanes = runs ? lanesOf(job, runs, now) : [];
  const extent = extentOf(lanes);
  const shown = lanes.filter(({ spans }) => spans.length > 0);
  return (
    <Section title="Time">
      {error && <Failure error={error} />}
      {runs && shown.length === 0 && <Empty>Nothing has run yet.</Empty>}
      {shown.length > 0 && (
        <Wide minWidth={560}>
          <Table withRowBorders={false} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col" w={220}>
                  Phase
                </Table.Th>
                <Table.Th scope="col">
                  <Text size="xs" c="dimmed" span>
                    <At at={new Date(extent.from).toISOString()} />, {lasting((extent.to - extent.from) / 1000)} in all
                  </Text>
                </Table.Th>
                <Table.Th scope="col" ta="right" w={150}>
                  Took
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((lane) => (
                <LaneRows key={lane.runId} lane={lane} extent={extent} several={lanes.length > 1} />
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
    </Section>
  );
}

interface Extent {
  from: number;
  to: number;
}

function LaneRows({ lane, extent, several }: { lane: Lane; extent: Extent; several: boolean }) {
  return (
    <Fragment>
      {several && (
        <Table.Tr>
          <Table.Th colSpan={3} scope="rowgroup" pt="sm">
            Run {lane.attempt}
            {lane.error !== null && (
              <Text span size="sm" fw={400} c="dimmed">
                {`: ${lane.error.code}`}
                {lane.retryAt !== null && `, run again from ${local(lane.retryAt)}`}
              </Text>
            )}
          </Table.Th>
        </Table.Tr>
      )}
      {lane.spans.map((span) => (
        <SpanRow key={`${span.kind} ${span.from}`} span={span} extent={extent} />
      ))}
    </Fragment>
  );
}

function SpanRow({ span, extent }: { span: Span; extent: Extent }) {
  const whole = extent.to - extent.from;
  const left = ((span.from - extent.from) / whole) * 100;
  const width = ((span.to - span.from) / whole) * 100;
  const ended = ends[span.end];
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} pl={within.has(span.kind) ? 'lg' : 'xs'}>
        {kinds[span.kind]}
      </Table.Th>
      <Table.Td>
        <div className="track" aria-hidden>
          <div
            className="bar"
            data-kind={span.kind}
            data-end={span.end}
            title={`${local(new Date(span.from).toISOString())} to ${local(new Date(span.to).toISOString())}`}
            style={{ left: `min(${left}%, calc(100% - 3px))`, width: `${width}%` }}
          />
        </div>
      </Table.Td>
      <Table.Td ta="right">
        {lasting((span.to - span.from) / 1000)}
        {ended === '' ? '' : `, ${ended}`}
      </Table.Td>
    </Table.Tr>
  );
}
