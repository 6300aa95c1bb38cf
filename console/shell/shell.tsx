import { Anchor, Button, Container, Text } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { hashOf, type Route } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import { ColorScheme } from './color-scheme.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { Offline } from './offline.tsx';
import { UploadNotice } from './upload-notice.tsx';

const places: readonly { label: string; route: Route }[] = [
  { label: 'Jobs', route: { page: 'jobs', filters: {} } },
  { label: 'Overview', route: { page: 'overview', period: 'day' } },
  { label: 'New export', route: { page: 'new-export' } },
  { label: 'New load', route: { page: 'new-load' } },
];

/** What every page has around it. @param page the one that is shown */
export function Shell({ page, children }: { page: Route['page']; children: ReactNode }) {
  const { url, signOut } = useService();
  const [helping, help] = useDisclosure(false);
  useHotkeys([
    ['shift+?', help.open],
    ['h', () => go({ page: 'jobs', filters: {} })],
    ['o', () => go({ page: 'overview', period: 'day' })],
    ['e', () => go({ page: 'new-export' })],
    ['l', () => go({ page: 'new-load' })],
  ]);
  return (
    <>
      <a href="#content" className="skip" onClick={skip}>
        Skip to the content
      </a>
      <header className="top">
        <Container size="xl" className="top-row">
          <div className="where">
            <Anchor href="#/jobs" fw={700} c="inherit" underline="never">
              Spectra Bulk
            </Anchor>
            <Text size="sm" c="dimmed" truncate title={url}>
              {url.replace(/^https?:\/\//, '')}
            </Text>
          </div>
          <nav className="places" aria-label="Console">
            {places.map(({ label, route }) => (
              <a key={label} href={hashOf(route)} aria-current={route.page === page ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
          <UploadNotice />
          <div className="row">
            <Button size="xs" variant="subtle" component="a" href={`${url}/docs`} visibleFrom="sm">
              Docs
            </Button>
            <Button size="xs" variant="subtle" onClick={help.open} visibleFrom="sm">
              Keyboard
            </Button>
            <ColorScheme />
            <Button size="xs" variant="default" onClick={signOut}>
              Sign out
            </Button>
          </div>
        </Container>
      </header>
      <Offline />
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
