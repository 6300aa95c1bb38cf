import * as z from 'zod';
import { ExportOptions } from './jobs.ts';
import { ResultColumn } from './results.ts';

/** A value that is bound to a `:name` of the query: it reaches the warehouse beside the statement, never inside it. */
const ParameterValue = z
  .union([
    z.string().min(1, "an empty text can't be bound: write '' into the query").max(8192),
    z.number(),
    z.boolean().transform(String),
  ])
  .transform(String);

const ParameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'letters, digits and _, as in :name');

/** Seconds that an answer may be held. */
const longestWait = 20;

export const QueryBody = z
  .strictObject({
    query: z.string().min(1).describe('One read-only SELECT in Redshift SQL; :name stands for a parameter'),
    parameters: z
      .record(ParameterName, ParameterValue)
      .refine((given) => Object.keys(given).length <= 100, 'at most 100 parameters')
      .default({})
      .describe('Values of the :names in the query, bound and never spliced; texts, numbers or booleans'),
    max_rows: z.int().min(1).max(10_000).optional().describe('Most rows of the answer; by default what /limits says'),
    timeout_seconds: z
      .int()
      .min(1)
      .max(longestWait)
      .optional()
      .describe('Seconds that the query may take; by default what /limits says'),
    on_timeout: z
      .enum(['cancel', 'bulk'])
      .default('cancel')
      .describe('What becomes of a query that takes longer: cancelled (504), or exported by a job (202)'),
    export: z.strictObject(ExportOptions.shape).prefault({}).describe('on_timeout=bulk: how the job writes the result'),
  })
  .meta({ id: 'Query' });
export type QueryBody = z.infer<typeof QueryBody>;

/** A value of a result. Whole numbers beyond 2^53 and decimals are texts, which lose nothing; SUPER is JSON as it is. */
export const QueryValue = z
  .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .meta({
    id: 'QueryValue',
    description: 'By the type of its column; decimals and whole numbers beyond 2^53 are texts, so that nothing is lost',
  });
export type QueryValue = z.infer<typeof QueryValue>;

export const QueryResult = z
  .object({
    query_id: z.string().describe("The warehouse's id of the statement"),
    columns: z.array(ResultColumn),
    rows: z.array(z.array(QueryValue)).describe('Each row in the order of the columns'),
    row_count: z.int().min(0).describe('Rows in this answer'),
    truncated: z.boolean().describe('There are more rows than these'),
    truncated_by: z.enum(['rows', 'bytes']).nullable().describe('Which limit was reached first'),
    execution_time_ms: z.int().min(0).describe('From the submission to the end of the statement'),
  })
  .meta({ id: 'QueryResult' });
export type QueryResult = z.infer<typeof QueryResult>;
