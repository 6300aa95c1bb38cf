import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { type SyntheticEvent, useState } from 'react';
import { SpectraError } from '../../client/browser.ts';
import { Failure } from '../shell/failure.tsx';
import { apiAddress, servedBy } from './api-address.ts';
import { clientOf } from './signed-in.tsx';
import type { Session, SignedOut } from './session.ts';

interface SignInProps {
  why: SignedOut;
  /** The address of the session before. */
  known: string | undefined;
  onSignIn: (session: Session) => void;
}

/** What is wrong with what was typed, or with the answer. */
type Fault = { at: 'url' | 'credential'; message: string } | { at: 'service'; error: unknown };

async function faultOf(session: Session): Promise<Fault | undefined> {
  try {
    await clientOf(session).jobs.page({ limit: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof SpectraError && error.status === 401)
      return { at: 'credential', message: 'The service does not know this key, or it has expired or was revoked' };
    return { at: 'service', error };
  }
}

/** Whether a header can carry it: what is pasted may have more in it than was meant. */
const isCredential = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

/** What was typed, checked here and then by the service. */
function useSignIn(onSignIn: SignInProps['onSignIn']) {
  const [fault, setFault] = useState<Fault>();
  const [asking, setAsking] = useState(false);
  const checked = async (url: string, typed: string): Promise<Fault | Session> => {
    const address = apiAddress(url);
    if ('fault' in address) return { at: 'url', message: address.fault };
    const session = { url: address.url, credential: typed.trim() };
    if (!isCredential(session.credential))
      return { at: 'credential', message: 'Give an API key or a token: letters, digits and signs, no spaces' };
    return (await faultOf(session)) ?? session;
  };
  const signIn = async (url: string, typed: string): Promise<void> => {
    setAsking(true);
    setFault(undefined);
    const found = await checked(url, typed);
    setAsking(false);
    if ('at' in found) setFault(found);
    else onSignIn(found);
  };
  return { fault, asking, signIn };
}

export function SignInPage({ why, known, onSignIn }: SignInProps) {
  useDocumentTitle('Sign in · Spectra Bulk');
  const [url, setUrl] = useState(known ?? servedBy(location.href) ?? '');
  const [credential, setCredential] = useState('');
  const { fault, asking, signIn } = useSignIn(onSignIn);
  const messageAt = (at: 'url' | 'credential') => (fault?.at === at ? fault.message : undefined);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void signIn(url, credential);
  };

  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <form onSubmit={submit} noValidate>
          <Stack>
            <Name />
            {why === 'expired' && <Expired />}
            {fault?.at === 'service' && <Failure error={fault.error} />}
            <TextInput
              label="Address of the API"
              placeholder="https://api.example.com/v1"
              type="url"
              autoComplete="url"
              spellCheck={false}
              value={url}
              error={messageAt('url')}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <PasswordInput
              label="API key or token"
              description="Stays in this tab and is forgotten with it"
              autoComplete="off"
              spellCheck={false}
              value={credential}
              error={messageAt('credential')}
              onChange={(event) => setCredential(event.currentTarget.value)}
              autoFocus={url !== ''}
            />
            <Button type="submit" loading={asking}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function Name() {
  return (
    <div>
      <Title order={1} size="h3">
        Spectra Bulk
      </Title>
      <Text c="dimmed" size="sm">
        Exports from and loads into Amazon Redshift
      </Text>
    </div>
  );
}

function Expired() {
  return (
    <Alert color="orange" role="status" title="Signed out">
      The service does not take this key any more: it has expired or was revoked. Sign in to go on where you were.
    </Alert>
  );
}
