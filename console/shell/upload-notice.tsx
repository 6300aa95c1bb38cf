import { useEffect, useSyncExternalStore } from 'react';
import type { UploadState } from '../new-load/upload-store.ts';
import { hashOf } from '../routing/route.ts';
import { useService } from '../session/signed-in.tsx';

function textOf(state: UploadState): string | undefined {
  switch (state.phase) {
    case 'idle':
      return undefined;
    case 'sending':
      return `Sending, ${Math.floor((state.bytes / Math.max(1, state.file.size)) * 100)} %`;
    case 'broken':
      if (state.error === undefined) return 'Upload stopped';
      return state.jobId === undefined ? 'Load refused' : 'Upload broken off';
    case 'done':
      return 'Upload done';
  }
}

/** That a file is on its way, wherever the reader is; closing the tab would break it off. */
export function UploadNotice() {
  const { uploads } = useService();
  const state = useSyncExternalStore(uploads.subscribe, uploads.state);
  const sending = state.phase === 'sending';
  useEffect(() => {
    if (!sending) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [sending]);
  const text = textOf(state);
  if (text === undefined) return null;
  return (
    <a className="notice" href={hashOf({ page: 'new-load' })}>
      {text}
    </a>
  );
}
