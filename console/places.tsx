import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { JobPage } from './job/job-page.tsx';
import { JobsPage } from './jobs/jobs-page.tsx';
import { hashOf, type Route } from './routing/route.ts';
import { useRoute } from './routing/use-route.ts';
import { Boundary } from './shell/boundary.tsx';
import { Empty } from './shell/empty.tsx';
import { Page } from './shell/page.tsx';
import { Shell } from './shell/shell.tsx';

const OverviewPage = lazy(() => import('./overview/overview-page.tsx'));
/** With what the service judges by, which only these pages need. */
const NewExportPage = lazy(() => import('./new-export/new-export-page.tsx'));
const NewLoadPage = lazy(() => import('./new-load/new-load-page.tsx'));

function Place({ route }: { route: Route }) {
  switch (route.page) {
    case 'jobs':
      return <JobsPage filters={route.filters} cursor={route.cursor} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'overview':
      return <OverviewPage period={route.period} />;
    case 'new-export':
      return <NewExportPage key={route.like} like={route.like} />;
    case 'new-load':
      return <NewLoadPage key={hashOf(route)} resume={route.resume} like={route.like} />;
    case 'unknown':
      return (
        <Page title="No such page">
          <Empty>The console has nothing at {route.path}.</Empty>
        </Page>
      );
  }
}

export function Places() {
  const route = useRoute();
  return (
    <Shell page={route.page}>
      <Boundary key={route.page}>
        <Suspense fallback={<Skeleton height={240} aria-hidden />}>
          <Place route={route} />
        </Suspense>
      </Boundary>
    </Shell>
  );
}
