import { JobPage } from './job/job-page.tsx';
import { JobsPage } from './jobs/jobs-page.tsx';
import { useRoute } from './routing/use-route.ts';
import { Empty } from './shell/empty.tsx';
import { Page } from './shell/page.tsx';
import { Shell } from './shell/shell.tsx';

function Place() {
  const route = useRoute();
  switch (route.page) {
    case 'jobs':
      return <JobsPage filters={route.filters} cursor={route.cursor} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
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
