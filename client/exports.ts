export type { ClientOptions, ExportOptions, JobFilters, PageOptions, QueryOptions } from './base-client.ts';
export type {
  Compression,
  ContentType,
  FieldError,
  JobError,
  JobList,
  JobRecord,
  JobState,
  Limit,
  LoadOperation,
  LogEntry,
  Operation,
  Progress,
  QueryResult,
  ResultColumn,
  ResultFile,
  Run,
  Warning,
} from './contract.ts';
export type {
  DownloadedFile,
  DownloadOptions,
  DownloadProgress,
  SavedFile,
  SaveOptions,
  SaveProgress,
} from './download/options.ts';
export { type ClientErrorCode } from './errors/client-codes.ts';
export { JobAbortedError, JobFailedError } from './errors/job-errors.ts';
export { SpectraError } from './errors/spectra-error.ts';
export type { CallOptions } from './http/transport.ts';
export { JobFile } from './job/job-file.ts';
export { Job, type RefreshOptions } from './job/job.ts';
export type { WaitOptions } from './job/wait.ts';
export type { RetryOptions } from './retry/backoff.ts';
export type { Row, RowOptions } from './rows/job-rows.ts';
export type { LoadRow } from './rows/load-rows.ts';
export { RowFile, type RowKind } from './rows/row-file.ts';
export type { Value, ValueOptions } from './rows/values.ts';
export type { LoadOptions, LoadProgress } from './upload/load.ts';
export type { LoadSource } from './upload/to-source.ts';
