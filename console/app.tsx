import { MantineProvider } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { SignInPage } from './session/sign-in-page.tsx';
import { SignedIn } from './session/signed-in.tsx';
import type { SessionStore } from './session/session.ts';
import { Places } from './places.tsx';
import { readable, theme } from './theme.ts';

export function App({ sessions }: { sessions: SessionStore }) {
  const state = useSyncExternalStore(sessions.subscribe, sessions.state);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto">
      {state.session === undefined ? (
        <SignInPage why={state.why} known={state.url} onSignIn={(session) => sessions.begin(session)} />
      ) : (
        <SignedIn session={state.session} onEnd={(why) => sessions.end(why)}>
          <Places />
        </SignedIn>
      )}
    </MantineProvider>
  );
}
