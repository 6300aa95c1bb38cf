import { Button, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type DryRun, dryRunExport } from '../../core/sql/dry-run-export.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
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

/** Writes a query, hears what the service would say of it, and exports its rows. */
export default function NewExportPage() {
  const [query, setQuery] = useState('');
  const [asked, setAsked] = useState<Asked>({});
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
    <Page title="New export">
      <Stack>
        <SqlEditor onChange={setQuery} onSubmit={submit} fault={place} />
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
    </Page>
  );
}
