import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { SpectraClient, SpectraError } from '../../client/browser.ts';
import { UploadStore } from '../new-load/upload-store.ts';
import type { Session, SignedOut } from './session.ts';

interface Service {
  client: SpectraClient;
  /** Address of the API. */
  url: string;
  signOut: () => void;
  uploads: UploadStore;
}

const ServiceContext = createContext<Service | undefined>(undefined);

/** The service that the reader is signed in to. */
export function useService(): Service {
  const service = useContext(ServiceContext);
  if (!service) throw new Error('Nobody is signed in here');
  return service;
}

/** A person waits: fewer tries, and sooner told, than a program wants. */
const retry = { retries: 2, longestRetryAfter: 5000 };

export const clientOf = ({ url, credential }: Session): SpectraClient =>
  new SpectraClient({ url, token: credential, retry, timeout: 30_000 });

/** Nobody waits for one part of a file: it may take its time, and be tried more often. */
const uploadsOf = ({ url, credential }: Session): UploadStore =>
  new UploadStore(new SpectraClient({ url, token: credential, retry: { retries: 4 }, timeout: 300_000 }), Date.now);

function queriesOf(onExpired: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof SpectraError && error.status === 401) onExpired();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    // The SDK tries again by itself, and knows when that helps. What somebody presses is done now or not at all.
    defaultOptions: { queries: { retry: false, staleTime: 1000 }, mutations: { retry: false, networkMode: 'always' } },
  });
}

interface SignedInProps {
  session: Session;
  onEnd: (why: Exclude<SignedOut, 'new'>) => void;
  children: ReactNode;
}

/** All that needs a credential; what was read with one is forgotten with it. */
export function SignedIn({ session, onEnd, children }: SignedInProps) {
  const service = useMemo<Service>(
    () => ({
      client: clientOf(session),
      url: session.url,
      signOut: () => onEnd('left'),
      uploads: uploadsOf(session),
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a session is one of its kind, and `onEnd` never means another
    [session],
  );
  // eslint-disable-next-line react-hooks/exhaustive-deps -- likewise
  const queries = useMemo(() => queriesOf(() => onEnd('expired')), [session]);
  useEffect(() => () => service.uploads.end(), [service]);
  return (
    <QueryClientProvider client={queries}>
      <ServiceContext value={service}>{children}</ServiceContext>
    </QueryClientProvider>
  );
}
