import { useMemo, useSyncExternalStore } from 'react';
import { hashOf, parseRoute, type Route } from './route.ts';

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

/** Where the reader is; Back and Forward are the browser's. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

export function go(route: Route): void {
  location.hash = hashOf(route);
}
