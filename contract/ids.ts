import * as z from 'zod';

/** Lower-case letters, digits and hyphens, 1 to 63 characters: safe in keys, S3 prefixes and statement names. */
export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .brand<'TenantId'>();
export type TenantId = z.infer<typeof TenantId>;

/** A ULID: 26 characters of Crockford base 32, ordered by time of creation. */
export const JobId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;

/** One execution of a job: `<job_id>.<attempt>`, attempts count from 1. */
export const RunId = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}\.[1-9][0-9]{0,3}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;

/** What runs of the same query in the same format have in common. */
export const QueryHash = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'QueryHash'>();
export type QueryHash = z.infer<typeof QueryHash>;

/** Redshift's name for a submitted statement. */
export const StatementId = z.string().min(1).max(100).brand<'StatementId'>();
export type StatementId = z.infer<typeof StatementId>;

/** The public half of an API key. */
export const KeyId = z
  .string()
  .regex(/^[0-9A-Za-z]{12}$/)
  .brand<'KeyId'>();
export type KeyId = z.infer<typeof KeyId>;

/** A database user that statements of a caller are to run as: lower-case letters, digits, hyphens and underscores. */
export const WarehouseUser = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/)
  .brand<'WarehouseUser'>();
export type WarehouseUser = z.infer<typeof WarehouseUser>;

/** The installation's name, part of every statement name, so that installations can share a warehouse. */
export const DeploymentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .brand<'DeploymentName'>();
export type DeploymentName = z.infer<typeof DeploymentName>;
