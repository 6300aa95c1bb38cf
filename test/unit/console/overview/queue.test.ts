import type { JobRecord } from '../../../../client/browser.ts';
import { queueOf } from '../../../../console/overview/queue.ts';

const job = (state: JobRecord['state'], created_at: string, started_at: string | null, queued?: string) =>
  ({
    state,
    created_at,
    started_at,
    desired_state: null,
    retry_at: null,
    progress: { phase: null, message: '', phases: [{ name: 'queued', status: 'in_progress', started_at: queued }] },
  }) as JobRecord;

it('counts what waits, runs and is open, and since when the first of them do', () => {
  const queue = queueOf([
    job('UploadComplete', '2026-03-10T10:00:00.000Z', null, '2026-03-10T12:00:00.000Z'),
    job('UploadComplete', '2026-03-10T11:00:00.000Z', null),
    job('InProgress', '2026-03-10T09:00:00.000Z', '2026-03-10T13:00:00.000Z'),
    job('Open', '2026-03-01T00:00:00.000Z', null),
  ]);
  expect(queue).toMatchObject({ waiting: 2, running: 1, open: 1 });
  // A load may have been open for hours before it began to wait.
  expect(queue.waitingSince).toBe(Date.parse('2026-03-10T11:00:00.000Z'));
  expect(queue.runningSince).toBe(Date.parse('2026-03-10T13:00:00.000Z'));
});

it('says of nothing that it waits since then', () => {
  expect(queueOf([])).toEqual({ waiting: 0, running: 0, open: 0, waitingSince: undefined, runningSince: undefined });
});
