import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

const subscribe = (changed: () => void) => onlineManager.subscribe(changed);

/** That the browser has no network: what is seen is as it was before. It goes on by itself. */
export function Offline() {
  const online = useSyncExternalStore(subscribe, () => onlineManager.isOnline());
  return (
    <div role="status">
      {!online && <div className="offline">There is no network. What you see is as it was; it goes on by itself.</div>}
    </div>
  );
}
