/** Limits that are not settings: of this service or of what it stands on. What enforces one reads it here. */
export const fixedLimits = {
  request_body_bytes: { value: 256 * 1024, unit: 'bytes', description: 'Largest request body' },
  request_headers_bytes: {
    value: 10_240,
    unit: 'bytes',
    description: 'Request line and headers together, as API Gateway counts them',
  },
  json_depth: { value: 32, unit: 'levels', description: 'Deepest nesting of objects and lists in a body' },
  reported_errors: { value: 50, unit: 'errors', description: 'Most faults that one answer names' },
  query_bytes: {
    value: 96_000,
    unit: 'bytes',
    description: 'Largest query (UTF-8, quotes and backslashes counted twice), so that its UNLOAD stays within 100 KB',
  },
  runs_per_job: { value: 20, unit: 'runs', description: 'Most runs that a job may have, the first included' },
  tombstone_days: {
    value: 30,
    unit: 'days',
    description: 'How long an expired job is answered with 410 instead of 404',
  },
  page_size: { value: 1000, unit: 'items', description: 'Most items in one page of a list' },
  query_result_bytes: {
    value: 5_000_000,
    unit: 'bytes',
    description: 'Most bytes of rows, as JSON, that a query is answered with',
  },
  json_array_bytes: {
    value: 32 * 1024 * 1024,
    unit: 'bytes',
    description: 'Largest JSON array that can be loaded, compressed or not; a file of one object a line may be larger',
  },
  files_per_load: { value: 8, unit: 'files', description: 'Most files of one load' },
  batch_bytes: {
    value: 4 * 1024 * 1024,
    unit: 'bytes',
    description:
      'Largest body of PUT .../batches; as application/json less, where it is full of quotes and backslashes',
  },
  put_bytes: { value: 5 * 1024 ** 3, unit: 'bytes', description: 'Most bytes that are uploaded by one PUT' },
  parts_per_file: { value: 10_000, unit: 'parts', description: 'Most parts that one file is uploaded in' },
  part_bytes: { value: 5 * 1024 ** 2, unit: 'bytes', description: 'Least bytes of a part, the last one excepted' },
  part_urls: { value: 1000, unit: 'urls', description: 'Most URLs for parts in one answer; ask again for the others' },
  wait_seconds: { value: 25, unit: 'seconds', description: 'Longest that ?wait= holds an answer' },
  idempotency_key_characters: { value: 255, unit: 'characters', description: 'Longest Idempotency-Key' },
  idempotency_hours: { value: 24, unit: 'hours', description: 'How long an Idempotency-Key is remembered' },
  idempotency_lease_seconds: {
    value: 30,
    unit: 'seconds',
    description: 'How long a first request that died can keep its Idempotency-Key from being used again',
  },
} as const;

export type FixedLimit = keyof typeof fixedLimits;
