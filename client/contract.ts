/* eslint-disable max-lines -- written by `npm run openapi` from contract/ */

export type CreateJob = CreateQueryJob | CreateLoadJob;

export type CreateQueryJob = {
  operation?: 'query' | undefined;
  /** A label of your own, such as the main table; kept, not interpreted */
  object?: string | undefined;
  /** A label to list jobs by; kept, not interpreted */
  tag?: string | undefined;
  /** One read-only SELECT in Redshift SQL, at most 96 KB */
  query: string;
  content_type?: ContentType | undefined;
  /** PARQUET is compressed within and takes NONE only */
  compression?: Compression | undefined;
  /** CSV only */
  column_delimiter?: ColumnDelimiter | undefined;
  /** CSV only: what stands for NULL; '' and NULL look alike without it */
  null_as?: string | undefined;
  /** One folder per value of these columns */
  partition_by?: string[] | undefined;
  /** MB; larger results are split */
  max_file_size_mb?: number | undefined;
  /** One file in order, slower; still split at max_file_size_mb */
  single_file?: boolean | undefined;
  /** Start at once, instead of waiting for PATCH {"state":"UploadComplete"} */
  start?: boolean | undefined;
};

export type ContentType = 'CSV' | 'JSON' | 'PARQUET';

export type Compression = 'NONE' | 'GZIP' | 'ZSTD' | 'BZIP2';

export type ColumnDelimiter = 'COMMA' | 'PIPE' | 'TAB' | 'SEMICOLON' | 'CARET' | 'BACKQUOTE';

export type CreateLoadJob = {
  operation: LoadOperation;
  /** The table, with its schema: one of those that the tenant may load (see /limits) */
  object: string;
  /** A label to list jobs by; kept, not interpreted */
  tag?: string | undefined;
  /** Key columns of the table: for update, upsert and delete */
  external_id_field?: string | string[] | undefined;
  /** Without it, columns go by equal name; with it, other columns of the file are ignored */
  column_mappings?: ColumnMapping[] | undefined;
  content_type?: ContentType | undefined;
  /** PARQUET is compressed within and takes NONE only */
  compression?: Compression | undefined;
  /** CSV only */
  column_delimiter?: ColumnDelimiter | undefined;
  /** CSV only: found out when left out, else checked against the header */
  line_ending?: LineEnding | undefined;
  /** CSV only: what stands for NULL; without it an empty field does */
  null_as?: string | undefined;
  /** With more rejected rows than this, the job fails and nothing is applied */
  max_errors?: number | undefined;
  /** One rejected row fails the job */
  all_or_nothing?: boolean | undefined;
};

export type LoadOperation = 'insert' | 'update' | 'upsert' | 'delete';

export type ColumnMapping = {
  /** A column of the file; case does not matter */
  source_column: string;
  /** A column of the table */
  target_column: string;
  /** One scalar SQL expression on columns of the file, which are text; that of a BOOLEAN column must be a condition */
  transform?: string | undefined;
};

export type LineEnding = 'LF' | 'CRLF';

/** Open -> UploadComplete -> InProgress -> JobComplete | Failed | Aborted */
export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

export type Operation = 'query' | 'insert' | 'update' | 'upsert' | 'delete';

export type PatchJob =
  | {
      state: 'UploadComplete';
    }
  | {
      state: 'Aborted';
      reason?: string | undefined;
    };

export type CompleteUpload = {
  /** Size of the whole file */
  bytes: number;
  /** Number of parts */
  parts: number;
};

export type Query = {
  /** One read-only SELECT in Redshift SQL; :name stands for a parameter */
  query: string;
  /** Values of the :names in the query, bound and never spliced; texts, numbers or booleans */
  parameters?: Record<string, string | number | boolean> | undefined;
  /** Most rows of the answer; by default what /limits says */
  max_rows?: number | undefined;
  /** Seconds that the query may take; by default what /limits says */
  timeout_seconds?: number | undefined;
  /** What becomes of a query that takes longer: cancelled (504), or exported by a job (202) */
  on_timeout?: 'cancel' | 'bulk' | undefined;
  /** on_timeout=bulk: how the job writes the result */
  export?:
    | {
        content_type?: ContentType | undefined;
        /** PARQUET is compressed within and takes NONE only */
        compression?: Compression | undefined;
        /** CSV only */
        column_delimiter?: ColumnDelimiter | undefined;
        /** CSV only: what stands for NULL; '' and NULL look alike without it */
        null_as?: string | undefined;
        /** One folder per value of these columns */
        partition_by?: string[] | undefined;
        /** MB; larger results are split */
        max_file_size_mb?: number | undefined;
        /** One file in order, slower; still split at max_file_size_mb */
        single_file?: boolean | undefined;
      }
    | undefined;
};

export type JobRecord = {
  job_id: string;
  tenant_id: string;
  operation: Operation;
  object: string | null;
  tag: string | null;
  /** Shown when the job is created, and with ?include=query */
  query?: string | undefined;
  content_type: ContentType;
  /** PARQUET is compressed within and takes NONE only */
  compression: Compression;
  /** CSV only */
  column_delimiter: ColumnDelimiter;
  /** CSV only: what stands for NULL; '' and NULL look alike without it */
  null_as?: string | undefined;
  /** One folder per value of these columns */
  partition_by?: string[] | undefined;
  /** MB; larger results are split */
  max_file_size_mb?: number | undefined;
  /** One file in order, slower; still split at max_file_size_mb */
  single_file?: boolean | undefined;
  external_id_field?: string[] | undefined;
  /** CSV only: found out when left out, else checked against the header */
  line_ending?: LineEnding | undefined;
  max_errors?: number | undefined;
  all_or_nothing?: boolean | undefined;
  uploads?: Uploads | null | undefined;
  state: JobState;
  /** Set while a running job is being cancelled */
  desired_state: 'Aborted' | null;
  is_finished: boolean;
  run_id: string;
  attempt: number;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  cancelled_at: string | null;
  /** The key that cancelled it, or "service" */
  cancelled_by: string | null;
  /** Why it was cancelled, in the words of who did */
  reason: string | null;
  /** From start to admission */
  wait_seconds: number | null;
  /** From admission to the end */
  duration_seconds: number | null;
  number_records_processed: number;
  number_records_failed: number;
  bytes: number;
  files: number;
  progress: Progress;
  has_warnings: boolean;
  /** Of a complete job */
  warnings: Warning[];
  result_location: string | null;
  error: JobError | null;
  /** Why the run before failed, while the service itself runs the job again */
  last_error: JobError | null;
  /** Set while the service waits before it runs the job again: not before then */
  retry_at: string | null;
  status_url: string;
  /** Null once nothing moves any more */
  poll_interval: PollInterval | null;
  links: Links;
  expires_at: string | null;
};

/** What a load was closed with; null before */
export type Uploads = {
  files: number;
  bytes: number;
};

export type Progress = {
  /** The one that is in progress; null before the job is started and once it has ended */
  phase: 'queued' | 'executing' | 'exporting' | 'finalizing' | null;
  message: string;
  phases: {
    name: 'queued' | 'executing' | 'exporting' | 'finalizing';
    /** failed: the job ended in it, without a result; skipped: never reached, or nothing to do */
    status: 'pending' | 'in_progress' | 'completed' | 'failed' | 'skipped';
    /** Where it is known */
    started_at?: string | undefined;
    /** Where it has ended and both its ends are known */
    duration_seconds?: number | undefined;
  }[];
  /** Only with an estimate, by an earlier run of the same query; 100 only once it is complete. Never falls in a run */
  percentage?: number | undefined;
  /** Written so far; while it runs with ?include=progress only */
  files?: number | undefined;
  /** Written so far; while it runs with ?include=progress only */
  bytes?: number | undefined;
  /** Bytes so far, of `total` */
  current?: number | undefined;
  /** Bytes: an estimate while the job runs */
  total?: number | undefined;
  /** By how long an earlier run of the same query took; absent once that is over */
  estimated_completion?: string | undefined;
};

export type Warning = {
  code: 'EMPTY_RESULT' | 'RESULT_SPLIT' | 'RETRIED' | 'ROWS_REJECTED' | 'COUNTS_LOST';
  message: string;
  /** null where it is not about records */
  affected_records: number | null;
};

export type JobError = {
  code: string;
  category: ErrorCategory;
  message: string;
  retryable: boolean;
  /** Seconds */
  retry_after?: number | undefined;
  details: {
    sql_state?: string | undefined;
    /** Character of the query, from 1 */
    position?: number | undefined;
  };
};

export type ErrorCategory = 'validation' | 'permission' | 'resource' | 'transient' | 'capacity';

export type PollInterval = {
  recommended: number;
  minimum: number;
};

/** Paths of what can be asked next */
export type Links = Record<string, string>;

export type Problem = {
  /** urn:spectra-bulk:error:<code> */
  type: string;
  title: string;
  status: number;
  /** Stable; act on this one */
  code: string;
  detail: string;
  /** The same request can succeed later, unchanged */
  retryable: boolean;
  /** What to do about it */
  hint: string;
  request_id: string;
  /** The path that was asked for */
  instance?: string | undefined;
  /** The fields at fault */
  errors?: FieldError[] | undefined;
  /** QUERY_REFUSED: the rule of the SQL guard that refused */
  reason?: string | undefined;
  /** QUERY_REFUSED: the character of the query at fault, from 1 */
  position?: number | undefined;
  /** STATE_CONFLICT: the state that the job is in */
  state?: string | undefined;
  /** QUERY_FAILED: what the warehouse said */
  error?: JobError | undefined;
  /** JOB_EXPIRED, RESULTS_EXPIRED: since when */
  expired_at?: string | undefined;
  /** The limit that was met, by its name in /limits */
  limit?: string | undefined;
  /** Seconds, as in Retry-After, where they are known exactly */
  retry_after?: number | undefined;
};

export type FieldError = {
  /** JSON pointer into the body, or the name of the parameter */
  pointer: string;
  message: string;
};

export type JobList = {
  jobs: JobRecord[];
  /** Pass as ?cursor= for the next page */
  next_cursor: string | null;
};

export type RunList = {
  job_id: string;
  /** The latest first */
  runs: Run[];
};

export type Run = {
  run_id: string;
  attempt: number;
  state: JobState;
  queued_at: string | null;
  started_at: string | null;
  completed_at: string | null;
  wait_seconds: number | null;
  duration_seconds: number | null;
  /** Redshift's name for the statement */
  statement_id: string | null;
  error: JobError | null;
  /** Set on a failed run that the service itself follows by another: not before then */
  retry_at: string | null;
  reason: string | null;
  cancelled_by: string | null;
};

export type JobLog = {
  job_id: string;
  /** The oldest first */
  entries: LogEntry[];
  /** Pass as ?cursor= for the next page; it goes on where the log grows */
  next_cursor: string | null;
};

export type LogEntry = {
  at: string;
  attempt: number;
  run_id: string;
  event:
    | 'created'
    | 'started'
    | 'admitted'
    | 'submitted'
    | 'resubmitted'
    | 'stop_requested'
    | 'completed'
    | 'failed'
    | 'aborted'
    | 'retried'
    | 'run_failed'
    | 'requeued'
    | 'results_expired';
  /** The job's state before; null for its creation */
  from: JobState | null;
  /** The job's state after; the same as from where only facts changed */
  to: JobState;
  /** The key of the caller, or the component of the service that did it */
  by: string;
  /** Why: in the words of who cancelled, or of the warehouse */
  reason: string | null;
  details: Record<string, string | number | boolean>;
};

export type Results = {
  job_id: string;
  rows: number;
  bytes: number;
  file_count: number;
  /** One page of them, by n */
  files: ResultFile[];
  next_cursor: string | null;
  /** When there is exactly one file */
  download_url: string | null;
  schema: ResultColumn[];
  /** When the presigned URLs of this answer expire */
  url_expires_at: string;
  /** When the files are deleted */
  expires_at: string;
};

export type ResultFile = {
  n: number;
  /** Stable: redirects (307) to a fresh presigned URL each time, while the results exist */
  url: string;
  /** Presigned; needs no credential and expires (see url_expires_at) */
  download_url: string;
  /** Relative to the job; with partition_by it has folders */
  name: string;
  bytes: number;
  /** Without header lines */
  rows: number;
  /** As S3 keeps it; null where it has none */
  checksum: {
    algorithm: 'CRC64NVME' | 'ETAG';
    value: string;
  } | null;
  content_type: string;
};

export type ResultColumn = {
  name: string;
  type: string;
};

export type UploadUrl = {
  job_id: string;
  file: number;
  method: 'PUT';
  bytes: number;
  /** PUT the file here; null for an upload in parts */
  url: string | null;
  /** To be sent as they are: the signature covers them */
  headers: Record<string, string>;
  /** Of an upload in parts */
  upload_id: string | null;
  /** Of an upload in parts: all of them, those that S3 has included */
  parts: PartUrl[] | null;
  /** Ask again then: what was sent stays. Null without a URL */
  url_expires_at: string | null;
};

export type PartUrl = {
  part: number;
  /** Size of this part */
  bytes: number;
  /** S3 has it; it need not be sent again */
  received: boolean;
  /** PUT the part here; null for one that S3 has, and beyond the number of URLs in one answer */
  url: string | null;
  /** To be sent as they are: the signature covers them */
  headers: Record<string, string>;
};

export type UploadList = {
  job_id: string;
  /** What closing the job would pin */
  files: {
    file: number;
    bytes: number;
    /** As S3 has it, without quotes */
    etag: string;
    uploaded_at: string;
  }[];
  /** Uploads in parts that were not completed */
  in_progress: {
    file: number;
    upload_id: string;
    /** Those that S3 has */
    parts: {
      part: number;
      bytes: number;
    }[];
  }[];
};

export type UploadedFile = {
  file: number;
  bytes: number;
  /** As S3 has it, without quotes */
  etag: string;
};

export type QueryResult = {
  /** The warehouse's id of the statement */
  query_id: string;
  columns: ResultColumn[];
  /** Each row in the order of the columns */
  rows: QueryValue[][];
  /** Rows in this answer */
  row_count: number;
  /** There are more rows than these */
  truncated: boolean;
  /** Which limit was reached first */
  truncated_by: 'rows' | 'bytes' | null;
  /** From the submission to the end of the statement */
  execution_time_ms: number;
};

/** By the type of its column; decimals and whole numbers beyond 2^53 are texts, so that nothing is lost */
export type QueryValue = string | number | boolean | null | unknown[] | Record<string, unknown>;

export type Health = {
  status: 'ok';
  version: string;
  time: string;
};

export type Limits = {
  limits: Limit[];
};

export type Limit = {
  name: string;
  value: number;
  unit: string;
  description: string;
};
