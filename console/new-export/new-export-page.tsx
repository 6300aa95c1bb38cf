import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { JobRecord } from '../../client/browser.ts';
import { type DryRun, dryRunExport } from '../../core/sql/dry-run-export.ts';
import { useJob } from '../job/use-job.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Page } from '../shell/page.tsx';
import { placeOf } from '../sql/place.ts';
import { SqlEditor } from '../sql/sql-editor.tsx';
import { type Asked, ExportOptionFields } from './export-options.tsx';
import { Verdict } from './verdict.tsx';

/** Ms of rest after which the verdict follows what is written. */
const rest = 150;

const judged = (query: string, asked: Asked): DryRun | undefined =>
  query.trim() === '' ? undefined : dryRunExport({ operation: 'query', ...asked, query });

function useExport() {
  const { client } = useService();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ query, asked }: { query: string; asked: Asked }) => client.export(query, asked),
    onSuccess: async (job) => {
      await queries.invalidateQueries({ queryKey: ['jobs'] });
      go({ page: 'job', id: job.id });
    },
  });
}

/** Writes a query, hears what the service would say of it, and exports its rows. @param props.like id of an export that this one is to be like */
export default function NewExportPage({ like }: { like: string | undefined }) {
  return (
    <Page title="New export">{like === undefined ? <Export query="" asked={{}} /> : <ExportLike id={like} />}</Page>
  );
}

function ExportLike({ id }: { id: string }) {
  const { data: job, error, refetch } = useJob(id);
  if (!job) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />;
  if (job.query === undefined) return <Empty>Job {id} is a load: it has no query.</Empty>;
  return <Export query={job.query} asked={askedOf(job)} />;
}

/** How a job was asked for. */
const askedOf = ({ content_type, compression, column_delimiter, ...job }: JobRecord): Asked => ({
  content_type,
  ...(content_type !== 'PARQUET' && { compression }),
  ...(content_type === 'CSV' && { column_delimiter, null_as: job.null_as }),
  single_file: job.single_file === true ? true : undefined,
  object: job.object ?? undefined,
  tag: job.tag ?? undefined,
  partition_by: job.partition_by,
  max_file_size_mb: job.max_file_size_mb,
});

function Export(initial: { query: string; asked: Asked }) {
  const [query, setQuery] = useState(initial.query);
  const [asked, setAsked] = useState(initial.asked);
  const { mutate, isPending, error } = useExport();
  const [rested] = useDebouncedValue(query, rest);
  const told = useMemo(() => judged(rested, asked), [rested, asked]);
  const position = told?.outcome === 'refused' ? told.verdict.position : undefined;
  const place = position === undefined ? undefined : placeOf(rested, position);
  const submit = () => {
    // What is written now, not a moment ago.
    if (!isPending && judged(query, asked)?.outcome === 'accepted') mutate({ query, asked });
  };
  return (
    <Stack>
      <SqlEditor initial={initial.query} onChange={setQuery} onSubmit={submit} fault={place} />
      <ExportOptionFields asked={asked} onChange={setAsked} />
      <div aria-live="polite">
        {told ? (
          <Verdict told={told} place={place} />
        ) : (
          <Text size="sm" c="dimmed">
            One read-only SELECT in Redshift SQL. It is judged here as you write; nothing is sent until you export.
          </Text>
        )}
      </div>
      {error && <Failure error={error} />}
      <Group>
        <Button onClick={submit} loading={isPending} disabled={told?.outcome !== 'accepted'}>
          Export
        </Button>
      </Group>
    </Stack>
  );
}
