import { Group, Stack, Text } from '@mantine/core';
import type { JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Copy } from '../shell/copy.tsx';
import { Section } from '../shell/section.tsx';
import { snippetsOf } from './snippets.ts';

/** The same job from elsewhere. */
export function SnippetsPanel({ job }: { job: JobRecord }) {
  const { url } = useService();
  return (
    <Section title="From elsewhere">
      <Stack gap="sm">
        {snippetsOf(job, url).map(({ name, text }) => (
          <div key={name}>
            <Group gap="xs" mb={4}>
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Copy text={text} what={name} />
            </Group>
            <pre className="code">{text}</pre>
          </div>
        ))}
      </Stack>
    </Section>
  );
}
