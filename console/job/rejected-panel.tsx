import { Button, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { countOf } from '../../cli/render/amounts.ts';
import type { JobRecord, LoadRow } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { columnsOf, isFor, type Reason, reasonsOf } from './reasons.ts';
import { RowTable } from './row-table.tsx';
import { take } from './take.ts';
import { Wide } from '../shell/wide.tsx';

/** Rows that are read to be grouped, and those of them that are shown. */
const read = 5000;
const shown = 100;

/** Rows that a load rejected: why, and the first of them. All are in the file. */
export function RejectedPanel({ job }: { job: JobRecord }) {
  const { client } = useService();
  const { data, error, refetch } = useQuery({
    queryKey: ['rejected', job.job_id, job.run_id],
    queryFn: ({ signal }) => take(client.job(job.job_id).failedRows({ signal }), read),
    staleTime: Infinity,
  });
  return (
    <Section title="Rejected rows" aside={<Text size="sm">{countOf(job.number_records_failed)}</Text>}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={80} aria-hidden />}
      {data && <Rejected rows={data} all={job.number_records_failed} />}
    </Section>
  );
}

function Rejected({ rows, all }: { rows: readonly LoadRow[]; all: number }) {
  const [chosen, setChosen] = useState<Reason>();
  const reasons = useMemo(() => reasonsOf(rows), [rows]);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const wanted = useMemo(
    () => rows.filter((row) => chosen === undefined || isFor(chosen, row)).slice(0, shown),
    [rows, chosen],
  );
  const matching = chosen?.count ?? rows.length;
  return (
    <Stack gap="sm">
      <Reasons reasons={reasons} chosen={chosen} onChoose={setChosen} />
      {rows.length < all && (
        <Text size="xs" c="dimmed">
          Grouped by the first {countOf(rows.length)} of them. All are in the file.
        </Text>
      )}
      <RowTable label="Rejected rows" columns={columns} rows={wanted} />
      <Text size="xs" c="dimmed" aria-live="polite">
        {wanted.length < matching
          ? `The first ${countOf(wanted.length)} of ${countOf(matching)}`
          : `${countOf(wanted.length)} shown`}
        {chosen && `, ${chosen.code}${chosen.column === '' ? '' : ` in ${chosen.column}`}`}
      </Text>
    </Stack>
  );
}

interface ReasonsProps {
  reasons: readonly Reason[];
  chosen: Reason | undefined;
  onChoose: (reason: Reason | undefined) => void;
}

function Reasons({ reasons, chosen, onChoose }: ReasonsProps) {
  return (
    <Wide minWidth={520}>
      <Table verticalSpacing={4} aria-label="Rejected rows by reason">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Reason</Table.Th>
            <Table.Th scope="col">Column</Table.Th>
            <Table.Th scope="col" ta="right">
              Rows
            </Table.Th>
            <Table.Th scope="col">For example</Table.Th>
            <Table.Th scope="col" aria-label="Show" w={90} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reasons.map((reason) => {
            const { code, column, count, example } = reason;
            const pressed = chosen === reason;
            return (
              <Table.Tr key={`${code} ${column}`}>
                <Table.Th scope="row" fw={500} className="job-id">
                  {code}
                </Table.Th>
                <Table.Td className="job-id">{column}</Table.Td>
                <Table.Td ta="right">{countOf(count)}</Table.Td>
                <Table.Td className="cell">{example}</Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="compact-xs"
                    variant={pressed ? 'filled' : 'default'}
                    aria-pressed={pressed}
                    aria-label={`Show ${code}${column === '' ? '' : ` in ${column}`}`}
                    onClick={() => onChoose(pressed ? undefined : reason)}
                  >
                    Show
                  </Button>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
