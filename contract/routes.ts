import * as z from 'zod';
import { fixedLimits } from './limits.ts';
import { CreateJobBody, JobList, JobView, ListJobsQuery, PatchJobBody } from './jobs.ts';
import { QueryBody, QueryResult } from './queries.ts';
import type { ProblemCode } from './problems.ts';
import { JobLog, JobLogQuery } from './logs.ts';
import { RunList } from './runs.ts';
import { Results, ResultsQuery } from './results.ts';
import { anywhere, authenticated, IdempotencyHeaders, JobParams, keyed, onJob, type Route, withBody } from './route.ts';
import { Health, Limits } from './service.ts';
import { uploadRoutes } from './upload-routes.ts';

export type { Route } from './route.ts';

const job = (description: string) => ({ description, body: JobView });

const rowsOfLoad = <Kind extends string>(kind: Kind, summary: string) => ({
  method: 'GET' as const,
  path: `/bulk/jobs/{job_id}/${kind}-results` as const,
  summary,
  permission: 'bulk:read' as const,
  params: JobParams,
  query: z.object({
    file: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('Of several files, which; the last one is followed by 404'),
  }),
  responses: {
    204: { description: 'There are none', body: null },
    307: { description: 'Location is a fresh presigned URL of a CSV file', body: null },
  },
  problems: [
    ...onJob,
    'WRONG_OPERATION',
    'RESULTS_NOT_READY',
    'RESULTS_EXPIRED',
    'FILE_NOT_FOUND',
  ] satisfies ProblemCode[],
});

/** Every call that the API answers: the router, the OpenAPI document and the tests all read it here. */
export const routes = {
  createJob: {
    method: 'POST',
    path: '/bulk/jobs',
    summary: 'Create a job',
    permission: 'bulk:write',
    headers: IdempotencyHeaders,
    body: CreateJobBody,
    responses: {
      201: job('Created: Open until it is started'),
      202: job('Accepted: it starts as soon as there is a place'),
    },
    problems: [
      ...authenticated,
      ...withBody,
      ...keyed,
      'QUERY_REFUSED',
      'OBJECT_NOT_ALLOWED',
      'QUOTA_EXCEEDED',
      'BACKLOG_FULL',
    ],
  },
  listJobs: {
    method: 'GET',
    path: '/bulk/jobs',
    summary: 'List jobs, newest first',
    permission: 'bulk:read',
    query: ListJobsQuery,
    responses: { 200: { description: 'One page', body: JobList } },
    problems: [...authenticated, 'INVALID_CURSOR'],
  },
  getJob: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}',
    summary: 'Read a job',
    permission: 'bulk:read',
    params: JobParams,
    query: z.object({
      include: z
        .string()
        .regex(/^(query|progress)(,(query|progress))*$/)
        .optional()
        .describe(
          'query: with its SQL; progress: with what is written so far, and an estimate if there is one; or both, with a comma',
        ),
      wait: z.coerce
        .number()
        .int()
        .min(0)
        .max(fixedLimits.wait_seconds.value)
        .default(0)
        .describe('Seconds that the answer may be held until the job changes (from If-None-Match, if sent)'),
      redirect: z
        .enum(['true', 'false'])
        .default('false')
        .describe('true: 303 to the results once the job is complete'),
    }),
    headers: z.object({ 'if-none-match': z.string().max(1000).optional() }),
    responses: {
      200: job('The job as it is'),
      303: job('The job is complete; Location is its results'),
      304: { description: 'The job is as If-None-Match knows it', body: null },
    },
    problems: onJob,
  },
  patchJob: {
    method: 'PATCH',
    path: '/bulk/jobs/{job_id}',
    summary: 'Start or cancel a job',
    permission: 'bulk:write',
    params: JobParams,
    body: PatchJobBody,
    responses: { 200: job('The job as it is now') },
    problems: [...onJob, ...withBody, 'STATE_CONFLICT', 'BACKLOG_FULL', 'UPLOAD_MISSING', 'UPLOAD_INCOMPLETE'],
  },
  abortJob: {
    method: 'POST',
    path: '/bulk/jobs/{job_id}/abort',
    summary: 'Cancel a job',
    permission: 'bulk:write',
    params: JobParams,
    headers: IdempotencyHeaders,
    responses: { 200: job('The job as it is now') },
    problems: [...onJob, ...keyed, 'STATE_CONFLICT'],
  },
  retryJob: {
    method: 'POST',
    path: '/bulk/jobs/{job_id}/retry',
    summary: 'Run a failed or cancelled job again',
    permission: 'bulk:write',
    params: JobParams,
    headers: IdempotencyHeaders,
    responses: { 202: job('Accepted: a new run of the same job') },
    problems: [...onJob, ...keyed, 'STATE_CONFLICT', 'BACKLOG_FULL'],
  },
  listRuns: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/runs',
    summary: 'The executions of a job, the latest first',
    permission: 'bulk:read',
    params: JobParams,
    responses: { 200: { description: 'All of them', body: RunList } },
    problems: onJob,
  },
  readLog: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/logs',
    summary: 'What happened to a job: when, by whom and why, the oldest first',
    permission: 'bulk:read',
    params: JobParams,
    query: JobLogQuery,
    responses: { 200: { description: 'One page', body: JobLog } },
    problems: [...onJob, 'INVALID_CURSOR'],
  },
  deleteJob: {
    method: 'DELETE',
    path: '/bulk/jobs/{job_id}',
    summary: 'Delete a finished job and its files',
    permission: 'bulk:write',
    params: JobParams,
    responses: { 204: { description: 'Gone', body: null } },
    problems: [...onJob, 'STATE_CONFLICT'],
  },
  deleteJobByPost: {
    method: 'POST',
    path: '/bulk/jobs/{job_id}/delete',
    summary: 'Delete a finished job, for clients that only GET and POST',
    permission: 'bulk:write',
    params: JobParams,
    headers: IdempotencyHeaders,
    responses: { 204: { description: 'Gone', body: null } },
    problems: [...onJob, ...keyed, 'STATE_CONFLICT'],
  },
  getResults: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/results',
    summary: 'The files of a complete job',
    permission: 'bulk:read',
    params: JobParams,
    query: ResultsQuery,
    responses: { 200: { description: 'One page of files, with the schema', body: Results } },
    problems: [...onJob, 'WRONG_OPERATION', 'RESULTS_NOT_READY', 'RESULTS_EXPIRED'],
  },
  getFile: {
    method: 'GET',
    path: '/bulk/jobs/{job_id}/files/{n}',
    summary: 'Download one file',
    permission: 'bulk:read',
    params: JobParams.extend({ n: z.coerce.number().int().min(1).max(10_000_000) }),
    responses: { 307: { description: 'Location is a fresh presigned URL', body: null } },
    problems: [...onJob, 'FILE_NOT_FOUND', 'WRONG_OPERATION', 'RESULTS_NOT_READY', 'RESULTS_EXPIRED'],
  },
  getSuccessfulResults: rowsOfLoad('successful', 'The rows of a load that were applied'),
  getFailedResults: rowsOfLoad('failed', 'The rows of a load that were rejected: each with _error, _line and _column'),
  getUnprocessedResults: rowsOfLoad(
    'unprocessed',
    'The rows of a failed or cancelled load with which nothing was done',
  ),
  ...uploadRoutes,
  runQuery: {
    method: 'POST',
    path: '/queries',
    summary: 'Run a query and get its rows at once',
    permission: 'query',
    headers: IdempotencyHeaders,
    body: QueryBody,
    responses: {
      200: { description: 'The rows, or the first of them', body: QueryResult },
      202: job('It took too long, and is exported by this job (on_timeout=bulk)'),
    },
    problems: [
      ...authenticated,
      ...withBody,
      ...keyed,
      'QUERY_REFUSED',
      'QUERY_FAILED',
      'QUERY_TIMEOUT',
      'QUOTA_EXCEEDED',
      'BACKLOG_FULL',
    ],
  },
  getHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether the API answers',
    permission: null,
    responses: { 200: { description: 'It does', body: Health } },
    problems: anywhere,
  },
  getLimits: {
    method: 'GET',
    path: '/limits',
    summary: 'The limits in force',
    permission: null,
    responses: { 200: { description: 'Every limit', body: Limits } },
    problems: anywhere,
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    permission: null,
    responses: { 200: { description: 'OpenAPI 3.1', body: z.record(z.string(), z.unknown()) } },
    problems: anywhere,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
