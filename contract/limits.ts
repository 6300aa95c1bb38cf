/** Limits that are not settings: of this service or of what it stands on. */
export const fixedLimits = {
  request_body_bytes: { value: 256 * 1024, unit: 'bytes', description: 'Largest request body' },
  query_bytes: {
    value: 96 * 1024,
    unit: 'bytes',
    description: 'Largest query (UTF-8), so that its UNLOAD stays within 100 KB',
  },
  runs_per_job: { value: 20, unit: 'runs', description: 'Most runs that a job may have, the first included' },
  tombstone_days: {
    value: 30,
    unit: 'days',
    description: 'How long an expired job is answered with 410 instead of 404',
  },
  page_size: { value: 1000, unit: 'items', description: 'Most items in one page of a list' },
  idempotency_hours: { value: 24, unit: 'hours', description: 'How long an Idempotency-Key is remembered' },
} as const;
