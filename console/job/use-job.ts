import { useQuery } from '@tanstack/react-query';
import type { JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { paced } from '../shell/pace.ts';

/** Ms; false while nothing moves. */
const recommendedPause = (job: JobRecord | undefined): number | false =>
  job?.poll_interval ? Math.max(1, job.poll_interval.recommended) * 1000 : job?.state === 'Open' ? 15_000 : false;

/** A job as it is now, asked for again as the service recommends. */
export function useJob(id: string) {
  const { client } = useService();
  return useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => client.job(id).refresh({ include: ['query', 'progress'], signal }),
    refetchInterval: ({ state }) => paced(recommendedPause(state.data), state.error),
  });
}
