import { Text } from '@mantine/core';
import type { JobRecord } from '../../client/browser.ts';
import { Empty } from '../shell/empty.tsx';
import { Section } from '../shell/section.tsx';
import { At } from '../shell/time.tsx';

/** Instead of files that are not kept any more. */
export function ExpiredPanel({ job, at }: { job: JobRecord; at: string }) {
  return (
    <Section title="Files">
      <Empty>
        <Text>
          They were kept until <At at={at} />.
        </Text>
        <Text size="sm" c="dimmed">
          {job.operation === 'query'
            ? 'The job itself is still here: use its query again to have its rows as they are now.'
            : 'The job itself is still here, and what it did to the table stays.'}
        </Text>
      </Empty>
    </Section>
  );
}
