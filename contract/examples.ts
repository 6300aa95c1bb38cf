import type { CreateJobBody, PatchJobBody } from './jobs.ts';
import type { QueryBody } from './queries.ts';
import type { RouteName } from './routes.ts';
import type { CompleteUploadBody } from './uploads.ts';

/* Examples of the OpenAPI document. A test parses each by the schema that it illustrates. */

const job_id = '01KAJ3T9V5Q8Z7N2M4R6W1XYBC';
const self = `/v1/bulk/jobs/${job_id}`;
const query = 'SELECT origin, count(*) AS flights FROM flights GROUP BY origin';

const created = {
  job_id,
  tenant_id: 'acme',
  operation: 'query',
  object: null,
  tag: null,
  query,
  content_type: 'CSV',
  compression: 'GZIP',
  column_delimiter: 'COMMA',
  single_file: false,
  state: 'UploadComplete',
  desired_state: null,
  is_finished: false,
  run_id: `${job_id}.1`,
  attempt: 1,
  created_at: '2026-11-22T10:00:00.000Z',
  updated_at: '2026-11-22T10:00:00.000Z',
  started_at: null,
  completed_at: null,
  cancelled_at: null,
  cancelled_by: null,
  reason: null,
  wait_seconds: null,
  duration_seconds: null,
  number_records_processed: 0,
  number_records_failed: 0,
  bytes: 0,
  files: 0,
  progress: {
    phase: 'queued',
    message: 'Waits for a place',
    phases: [
      { name: 'queued', status: 'in_progress', started_at: '2026-11-22T10:00:00.000Z' },
      { name: 'executing', status: 'pending' },
      { name: 'exporting', status: 'pending' },
      { name: 'finalizing', status: 'pending' },
    ],
  },
  has_warnings: false,
  warnings: [],
  result_location: null,
  error: null,
  last_error: null,
  retry_at: null,
  status_url: self,
  poll_interval: { recommended: 1, minimum: 1 },
  links: { self, cancel: self },
  expires_at: null,
} as const;

const complete = {
  ...created,
  query: undefined,
  state: 'JobComplete',
  is_finished: true,
  updated_at: '2026-11-22T10:00:42.000Z',
  started_at: '2026-11-22T10:00:01.000Z',
  completed_at: '2026-11-22T10:00:42.000Z',
  wait_seconds: 1,
  duration_seconds: 41,
  number_records_processed: 341,
  bytes: 2048,
  files: 1,
  progress: {
    phase: null,
    message: 'The result is complete',
    phases: [
      { name: 'queued', status: 'completed', started_at: '2026-11-22T10:00:00.000Z', duration_seconds: 1 },
      { name: 'executing', status: 'completed', started_at: '2026-11-22T10:00:01.000Z' },
      { name: 'exporting', status: 'completed' },
      { name: 'finalizing', status: 'completed' },
    ],
    percentage: 100,
    files: 1,
    bytes: 2048,
    current: 2048,
    total: 2048,
  },
  result_location: `${self}/results`,
  poll_interval: null,
  links: { self, results: `${self}/results` },
  expires_at: '2026-11-29T10:00:42.000Z',
} as const;

const results = {
  job_id,
  rows: 341,
  bytes: 2048,
  file_count: 1,
  files: [
    {
      n: 1,
      url: `${self}/files/1`,
      download_url:
        'https://results.s3.us-east-1.amazonaws.com/results/acme/job/1/0000_part_00.csv.gz?X-Amz-Signature=abc',
      name: '0000_part_00.csv.gz',
      bytes: 2048,
      rows: 341,
      checksum: { algorithm: 'CRC64NVME', value: 'ynCWFYZnVyE=' },
      content_type: 'application/gzip',
    },
  ],
  next_cursor: null,
  download_url: 'https://results.s3.us-east-1.amazonaws.com/results/acme/job/1/0000_part_00.csv.gz?X-Amz-Signature=abc',
  schema: [
    { name: 'origin', type: 'character varying' },
    { name: 'flights', type: 'bigint' },
  ],
  url_expires_at: '2026-11-22T11:00:50.000Z',
  expires_at: '2026-11-29T10:00:42.000Z',
};

const uploaded = { file: 1, bytes: 2048, etag: '9e107d9d372bb6826bd81d3542a419d6' };

const uploadUrl = {
  job_id,
  file: 1,
  method: 'PUT',
  bytes: 2048,
  url: `https://results.s3.us-east-1.amazonaws.com/uploads/acme/${job_id}/0001?X-Amz-Signature=abc`,
  headers: { 'if-none-match': '*', 'content-length': '2048' },
  upload_id: null,
  parts: null,
  url_expires_at: '2026-11-22T11:00:50.000Z',
};

const runs = [
  {
    run_id: `${job_id}.1`,
    attempt: 1,
    state: 'Failed',
    queued_at: '2026-11-22T10:00:00.000Z',
    started_at: '2026-11-22T10:00:01.000Z',
    completed_at: '2026-11-22T10:00:04.000Z',
    wait_seconds: 1,
    duration_seconds: 3,
    statement_id: 'd9b6c0c9-0747-4bf4-b142-e8883122f766',
    error: {
      code: 'QUERY_ERROR',
      category: 'validation',
      message: 'column "nope" does not exist in flights',
      retryable: false,
      details: { sql_state: '42703', position: 8 },
    },
    retry_at: null,
    reason: null,
    cancelled_by: null,
  },
];

const logEntries = [
  {
    at: '2026-11-22T10:00:00.000Z',
    attempt: 1,
    run_id: `${job_id}.1`,
    event: 'created',
    from: null,
    to: 'Open',
    by: 'AbCdEfGhIjKl',
    reason: null,
    details: {},
  },
  {
    at: '2026-11-22T10:00:42.000Z',
    attempt: 1,
    run_id: `${job_id}.1`,
    event: 'completed',
    from: 'InProgress',
    to: 'JobComplete',
    by: 'finish-jobs',
    reason: null,
    details: { rows: 341, bytes: 2048, files: 1 },
  },
];

export const requestExamples: {
  createJob: Partial<CreateJobBody>;
  patchJob: PatchJobBody;
  runQuery: Partial<QueryBody>;
  completeUpload: CompleteUploadBody;
} = {
  createJob: { operation: 'query', query, content_type: 'CSV', compression: 'GZIP', start: true },
  patchJob: { state: 'UploadComplete' },
  completeUpload: { bytes: 15_000_000, parts: 2 },
  runQuery: {
    query: 'SELECT origin, count(*) AS flights FROM flights WHERE distance > :miles GROUP BY origin',
    parameters: { miles: '1000' },
    timeout_seconds: 10,
  },
};

export const responseExamples: Partial<Record<RouteName, Partial<Record<number, unknown>>>> = {
  createJob: { 201: { ...created, state: 'Open', expires_at: '2026-11-29T10:00:00.000Z' }, 202: created },
  listJobs: { 200: { jobs: [{ ...complete }], next_cursor: null } },
  getJob: { 200: complete, 303: complete },
  patchJob: { 200: { ...created, query: undefined } },
  retryJob: { 202: { ...created, query: undefined, run_id: `${job_id}.2`, attempt: 2 } },
  listRuns: { 200: { job_id, runs } },
  readLog: { 200: { job_id, entries: logEntries, next_cursor: null } },
  abortJob: { 200: { ...created, query: undefined, state: 'InProgress', desired_state: 'Aborted' } },
  getResults: { 200: results },
  getUploadUrl: { 200: uploadUrl },
  listUploads: {
    200: {
      job_id,
      files: [{ ...uploaded, uploaded_at: '2026-11-22T10:00:02.000Z' }],
      in_progress: [{ file: 2, upload_id: 'VXBsb2FkIElE', parts: [{ part: 1, bytes: 7_500_000 }] }],
    },
  },
  completeUpload: { 200: { file: 2, bytes: 15_000_000, etag: '3858f62230ac3c915f300c664312c63f-2' } },
  putBatch: { 201: uploaded },
  runQuery: {
    200: {
      query_id: 'd9b6c0c9-0747-4bf4-b142-e8883122f766',
      columns: results.schema,
      rows: [
        ['SEA', 4312],
        ['SFO', 5120],
      ],
      row_count: 2,
      truncated: false,
      truncated_by: null,
      execution_time_ms: 640,
    },
    202: created,
  },
  getHealth: { 200: { status: 'ok', version: '0.1.0', time: '2026-11-22T10:00:00.000Z' } },
  getLimits: {
    200: {
      limits: [
        {
          name: 'job_ttl_days',
          value: 7,
          unit: 'days',
          description: 'Days until the record of a finished job is deleted',
        },
      ],
    },
  },
};
