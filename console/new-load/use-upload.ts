import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { go } from '../routing/use-route.ts';
import { useService } from '../session/signed-in.tsx';
import type { UploadState } from './upload-store.ts';

/** What is on its way. */
export function useUploadState(): UploadState {
  const { uploads } = useService();
  return useSyncExternalStore(uploads.subscribe, uploads.state);
}

/** The same for the page of it, which goes to the job once the file is there. */
export function useUpload(): UploadState {
  const { uploads } = useService();
  const queries = useQueryClient();
  const state = useUploadState();
  const done = state.phase === 'done' ? state.jobId : undefined;
  useEffect(() => {
    if (done === undefined) return;
    uploads.clear();
    void queries.invalidateQueries({ queryKey: ['jobs'] });
    go({ page: 'job', id: done });
  }, [done, uploads, queries]);
  return state;
}
