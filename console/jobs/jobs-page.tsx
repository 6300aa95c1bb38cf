import { Button, Group, Loader, Skeleton, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SpectraError } from '../../client/browser.ts';
import { type Filters } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { paced } from '../shell/pace.ts';
import { Page } from '../shell/page.tsx';
import { JobFilters } from './job-filters.tsx';
import { JobTable } from './job-table.tsx';
import { freshFor, type PageOfJobs, pageOfJobs, pageSize } from './page-of-jobs.ts';
import { along, before, numberOf, type Trail } from './trail.ts';

interface JobsPageProps {
  filters: Filters;
  cursor: string | undefined;
}

function usePageOfJobs({ filters, cursor }: JobsPageProps) {
  const { client } = useService();
  return useQuery({
    queryKey: ['jobs', filters, cursor],
    queryFn: ({ signal }) => pageOfJobs((part) => client.jobs.page({ ...filters, ...part, signal }), cursor),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => paced(freshFor(state.data?.jobs ?? []), state.error),
  });
}

/** The pages that the reader has turned. It is kept while the list is the same. */
function useTrail({ filters, cursor }: JobsPageProps, next: string | null): Trail {
  const [kept, setKept] = useState<Trail>();
  const trail = along(kept, JSON.stringify(filters), cursor, next);
  if (JSON.stringify(trail) !== JSON.stringify(kept)) setKept(trail);
  return trail;
}

export function JobsPage(place: JobsPageProps) {
  const { filters, cursor } = place;
  const { data, error, isFetching, isPlaceholderData, refetch } = usePageOfJobs(place);
  const next = isPlaceholderData ? null : (data?.next ?? null);
  const trail = useTrail(place, next);
  const turn = (to: string | undefined) => go({ page: 'jobs', filters, ...(to !== undefined && { cursor: to }) });
  const newer = before(trail, cursor);
  useHotkeys([
    ['n', () => next !== null && turn(next)],
    ['p', () => newer && turn(newer.cursor)],
  ]);
  const foreign = error instanceof SpectraError && error.code === 'INVALID_CURSOR';
  return (
    <Page title="Jobs" actions={isFetching ? <Loader size="xs" aria-label="Reading jobs" /> : null}>
      <JobFilters filters={filters} onChange={(to) => go({ page: 'jobs', filters: to })} />
      {error && <Failure error={error} onRetry={() => (foreign ? turn(undefined) : void refetch())} />}
      {data && <Jobs page={data} filtered={Object.keys(filters).length > 0} later={cursor !== undefined} />}
      {!data && !error && <Skeletons />}
      <nav className="row apart" aria-label="Pages of jobs">
        <Text size="sm" c="dimmed" aria-live="polite">
          {numberOf(trail, cursor) !== undefined && `Page ${numberOf(trail, cursor)}`}
        </Text>
        <Group gap="xs">
          {cursor !== undefined && newer?.cursor !== undefined && (
            <Button size="xs" variant="subtle" onClick={() => turn(undefined)}>
              Newest
            </Button>
          )}
          <Button size="xs" variant="default" disabled={cursor === undefined} onClick={() => turn(newer?.cursor)}>
            {cursor === undefined || newer ? 'Newer' : 'Newest'}
          </Button>
          <Button size="xs" variant="default" disabled={next === null} onClick={() => next !== null && turn(next)}>
            {data?.unfinished === true ? 'Search further' : 'Older'}
          </Button>
        </Group>
      </nav>
    </Page>
  );
}

function Jobs({ page, filtered, later }: { page: PageOfJobs; filtered: boolean; later: boolean }) {
  if (page.jobs.length > 0) return <JobTable jobs={page.jobs} />;
  if (page.unfinished) return <Empty>None among those searched so far.</Empty>;
  if (later) return <Empty>There are no older jobs.</Empty>;
  if (filtered) return <Empty>No job is like that.</Empty>;
  return (
    <Empty>
      No jobs yet. <code>spectra export &quot;SELECT 1 AS one&quot; -o one</code> makes the first.
    </Empty>
  );
}

function Skeletons() {
  return (
    <Stack gap="xs" aria-hidden>
      {Array.from({ length: Math.min(8, pageSize) }, (_, row) => (
        <Skeleton key={row} height={36} />
      ))}
    </Stack>
  );
}
