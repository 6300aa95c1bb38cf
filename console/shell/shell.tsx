import { Anchor, Button, Container, Group, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { ColorScheme } from './color-scheme.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';

/** What every page has around it. */
export function Shell({ children }: { children: ReactNode }) {
  const { url, signOut } = useService();
  const [helping, help] = useDisclosure(false);
  useHotkeys([
    ['shift+?', help.open],
    ['h', () => go({ page: 'jobs', filters: {} })],
    ['e', () => go({ page: 'new-export' })],
  ]);
  return (
    <>
      <a href="#content" className="skip" onClick={skip}>
        Skip to the content
      </a>
      <header className="top">
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group gap="md" wrap="nowrap" className="where">
              <Anchor href="#/jobs" fw={700} c="inherit" underline="never">
                Spectra Bulk
              </Anchor>
              <Text size="sm" c="dimmed" truncate title={url}>
                {url.replace(/^https?:\/\//, '')}
              </Text>
            </Group>
            <nav className="row" aria-label="Console">
              <Button component="a" href="#/new/export" size="xs">
                New export
              </Button>
              <Button size="xs" variant="subtle" onClick={help.open} visibleFrom="sm">
                Keyboard
              </Button>
              <ColorScheme />
              <Button size="xs" variant="default" onClick={signOut}>
                Sign out
              </Button>
            </nav>
          </Group>
        </Container>
      </header>
      <Container component="main" id="content" size="xl" py="lg" tabIndex={-1}>
        {children}
      </Container>
      <KeyboardHelp opened={helping} onClose={help.close} />
    </>
  );
}

/** A link to `#content` would be a place of its own. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
