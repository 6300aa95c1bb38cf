import * as z from 'zod';
import { DeploymentName } from './ids.ts';
import { IssuerUrl, loadSettings, SecureUrl, settings, tokenSettings } from './settings.ts';
import { TenantIdentity } from './tenant-identity.ts';

/** Origins of web pages that may read the answers, separated by commas; * is any. */
const cors = {
  SPECTRA_CORS_ORIGINS: z
    .string()
    .min(1)
    .transform((list) => list.split(',')),
};
const table = { SPECTRA_TABLE_NAME: z.string().min(3) };
const bucket = { SPECTRA_BUCKET_NAME: z.string().min(3) };
const deployment = { SPECTRA_DEPLOYMENT: DeploymentName };

const { SPECTRA_JOB_TTL_DAYS, SPECTRA_RESULT_TTL_DAYS } = settings;
const retention = { SPECTRA_JOB_TTL_DAYS, SPECTRA_RESULT_TTL_DAYS };
const automaticRetry = { SPECTRA_MAX_ATTEMPTS: settings.SPECTRA_MAX_ATTEMPTS };

/**
 * Where statements run. Exactly one of workgroup and cluster; a cluster is entered as SPECTRA_REDSHIFT_DB_USER or by the secret;
 * on Serverless the database user follows from the role, unless a secret is given. '' means not set.
 */
const warehouse = {
  SPECTRA_REDSHIFT_DATABASE: z.string().min(1),
  SPECTRA_REDSHIFT_WORKGROUP: z.string(),
  SPECTRA_REDSHIFT_CLUSTER: z.string(),
  SPECTRA_REDSHIFT_DB_USER: z.string(),
  SPECTRA_REDSHIFT_SECRET_ARN: z.string(),
  SPECTRA_TENANT_IDENTITY: TenantIdentity,
};

/** Whose JSON web tokens are taken. Issuer, audience and key set are all given, or all '': then none is taken. */
const tokens = {
  ...tokenSettings,
  SPECTRA_JWT_ISSUER: z.union([z.literal(''), IssuerUrl]),
  SPECTRA_JWT_AUDIENCE: z.string(),
  SPECTRA_JWT_JWKS_URL: z.union([z.literal(''), SecureUrl]),
};

/**
 * The environment of each Lambda. The construct writes it, compose.ts parses it, a test compares the two: a variable that
 * nobody reads, or that nobody writes, fails the build.
 */
export const environments = {
  authorizer: z
    .object({
      ...table,
      ...tokens,
      /** What the usage plan counts every request under; '' where there is none. */
      SPECTRA_USAGE_KEY: z.string().default(''),
      SPECTRA_TENANT_REQUESTS_PER_SECOND: settings.SPECTRA_TENANT_REQUESTS_PER_SECOND,
      SPECTRA_TENANT_REQUEST_BURST: settings.SPECTRA_TENANT_REQUEST_BURST,
    })
    .refine(
      (env) =>
        [env.SPECTRA_JWT_AUDIENCE, env.SPECTRA_JWT_JWKS_URL].every(
          (each) => (each === '') === (env.SPECTRA_JWT_ISSUER === ''),
        ),
      { path: ['SPECTRA_JWT_ISSUER'], error: 'Expected issuer, audience and key set together, or none of them' },
    ),
  'jobs-api': z.object({
    ...table,
    ...bucket,
    ...retention,
    ...cors,
    SPECTRA_LOAD_SCHEMAS: loadSettings.SPECTRA_LOAD_SCHEMAS,
    SPECTRA_PRESIGNED_URL_EXPIRY: settings.SPECTRA_PRESIGNED_URL_EXPIRY,
    SPECTRA_BULK_MAX_FILE_SIZE_MB: settings.SPECTRA_BULK_MAX_FILE_SIZE_MB,
    SPECTRA_TENANT_JOBS_PER_DAY: settings.SPECTRA_TENANT_JOBS_PER_DAY,
    SPECTRA_TENANT_MAX_WAITING_JOBS: settings.SPECTRA_TENANT_MAX_WAITING_JOBS,
  }),
  'uploads-api': z.object({
    ...table,
    ...bucket,
    ...retention,
    ...cors,
    SPECTRA_PRESIGNED_URL_EXPIRY: settings.SPECTRA_PRESIGNED_URL_EXPIRY,
    SPECTRA_LOAD_MAX_FILE_SIZE_MB: settings.SPECTRA_LOAD_MAX_FILE_SIZE_MB,
  }),
  'queries-api': z.object({
    ...table,
    ...deployment,
    ...warehouse,
    ...retention,
    ...cors,
    SPECTRA_BULK_MAX_FILE_SIZE_MB: settings.SPECTRA_BULK_MAX_FILE_SIZE_MB,
    SPECTRA_TENANT_JOBS_PER_DAY: settings.SPECTRA_TENANT_JOBS_PER_DAY,
    SPECTRA_TENANT_MAX_WAITING_JOBS: settings.SPECTRA_TENANT_MAX_WAITING_JOBS,
    SPECTRA_RESULT_SIZE_THRESHOLD: settings.SPECTRA_RESULT_SIZE_THRESHOLD,
    SPECTRA_DEFAULT_TIMEOUT_SECONDS: settings.SPECTRA_DEFAULT_TIMEOUT_SECONDS,
  }),
  'public-api': z.object({ ...settings, ...cors }),
  'start-jobs': z.object({
    ...table,
    ...bucket,
    ...deployment,
    ...warehouse,
    SPECTRA_UNLOAD_ROLE_ARN: z.string().min(1),
    SPECTRA_LOAD_MARKER_SCHEMA: loadSettings.SPECTRA_LOAD_MARKER_SCHEMA,
    ...retention,
    SPECTRA_BULK_MAX_CONCURRENT_JOBS: settings.SPECTRA_BULK_MAX_CONCURRENT_JOBS,
    SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: settings.SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS,
  }),
  'finish-jobs': z.object({ ...table, ...bucket, ...deployment, ...retention, ...automaticRetry }),
  'sweep-jobs': z.object({
    ...table,
    ...bucket,
    ...deployment,
    ...retention,
    ...automaticRetry,
    SPECTRA_BULK_JOB_TIMEOUT_HOURS: settings.SPECTRA_BULK_JOB_TIMEOUT_HOURS,
    SPECTRA_SWEEP_GRACE_SECONDS: settings.SPECTRA_SWEEP_GRACE_SECONDS,
  }),
  'clean-up': z.object({
    ...table,
    ...bucket,
    ...deployment,
    ...warehouse,
    SPECTRA_LOAD_MARKER_SCHEMA: loadSettings.SPECTRA_LOAD_MARKER_SCHEMA,
  }),
} as const;

export type LambdaName = keyof typeof environments;
export type EnvironmentOf<Name extends LambdaName> = z.infer<(typeof environments)[Name]>;

/** The names that the environment of a Lambda must have, no more and no less. */
export const environmentNames = (name: LambdaName): string[] => Object.keys(environments[name].shape);
