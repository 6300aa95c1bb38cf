import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { JobPage } from './job/job-page.tsx';
import { JobsPage } from './jobs/jobs-page.tsx';
import { useRoute } from './routing/use-route.ts';
import { Empty } from './shell/empty.tsx';
import { Page } from './shell/page.tsx';
import { Shell } from './shell/shell.tsx';

/** With the guard, which only this page needs. */
const NewExportPage = lazy(() => import('./new-export/new-export-page.tsx'));

function Place() {
  const route = useRoute();
  switch (route.page) {
    case 'jobs':
      return <JobsPage filters={route.filters} cursor={route.cursor} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'new-export':
      return (
        <Suspense fallback={<Skeleton height={240} />}>
          <NewExportPage />
        </Suspense>
      );
    case 'unknown':
      return (
        <Page title="No such page">
          <Empty>The console has nothing at {route.path}.</Empty>
        </Page>
      );
  }
}

export function Places() {
  return (
    <Shell>
      <Place />
    </Shell>
  );
}
