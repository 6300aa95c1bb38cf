import { setTimeout } from 'node:timers/promises';
import { awsCredentials, dynamoClient, redshiftClient, s3Client, s3Endpoint } from '../../adapters/aws-clients.ts';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { DynamoAdmission } from '../../adapters/dynamo/admission.ts';
import { DynamoApiKeyStore } from '../../adapters/dynamo/api-keys.ts';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { warehouseTarget } from '../../adapters/redshift/target.ts';
import { RedshiftStatements } from '../../adapters/redshift/statements.ts';
import { RedshiftWarehouse } from '../../adapters/redshift/warehouse.ts';
import { S3Presigner } from '../../adapters/s3/presigner.ts';
import { S3ResultReader } from '../../adapters/s3/result-reader.ts';
import { S3ResultStore } from '../../adapters/s3/result-store.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import { UlidIds } from '../../adapters/system/ids.ts';
import { ConsoleTelemetry } from '../../adapters/telemetry/console.ts';
import { type EnvironmentOf, environments, type LambdaName } from '../../contract/environments.ts';
import { CachedKeys } from '../../core/api-keys/cached-keys.ts';
import type { Retention } from '../../core/jobs/retention.ts';

export { readStreamImage } from '../../adapters/dynamo/records.ts';

/* One function a Lambda: what it needs, made once per process from its environment. A bundle holds only what its own uses. */

const clock = new SystemClock();

/** A ZodError that names every variable at fault fails the first invocation at once, not some later one half-way. */
const environment = <Name extends LambdaName>(name: Name) =>
  environments[name].parse(process.env) as EnvironmentOf<Name>;

const retentionOf = (env: { SPECTRA_JOB_TTL_DAYS: number; SPECTRA_RESULT_TTL_DAYS: number }): Retention => ({
  jobDays: env.SPECTRA_JOB_TTL_DAYS,
  resultDays: env.SPECTRA_RESULT_TTL_DAYS,
});

const automaticRetryOf = (env: { SPECTRA_MAX_ATTEMPTS: number }) => ({
  attempts: env.SPECTRA_MAX_ATTEMPTS,
  random: Math.random,
});

const tableOf = (env: { SPECTRA_TABLE_NAME: string }) => ({ client: dynamoClient(), table: env.SPECTRA_TABLE_NAME });

const jobsOf = (env: { SPECTRA_TABLE_NAME: string }) => new DynamoJobStore({ ...tableOf(env), clock });

const bucketOf = (env: { SPECTRA_BUCKET_NAME: string }) => ({
  bucket: env.SPECTRA_BUCKET_NAME,
  region: process.env.AWS_REGION ?? 'us-east-1',
  endpoint: s3Endpoint(),
  credentials: awsCredentials(),
  clock,
});

const storeOf = (env: { SPECTRA_BUCKET_NAME: string }) => new S3ResultStore({ ...bucketOf(env), client: s3Client() });

export function composeAuthorizer() {
  const env = environment('authorizer');
  return { keys: new CachedKeys(new DynamoApiKeyStore(tableOf(env)), clock), hasher: new Sha256Hasher(), clock };
}

export function composeJobsApi() {
  const env = environment('jobs-api');
  return {
    jobs: jobsOf(env),
    results: new S3ResultReader(bucketOf(env)),
    presigner: new S3Presigner({ ...bucketOf(env), expirySeconds: env.SPECTRA_PRESIGNED_URL_EXPIRY }),
    hasher: new Sha256Hasher(),
    ids: new UlidIds(),
    retention: retentionOf(env),
    pause: (milliseconds: number) => setTimeout(milliseconds),
    maxFileSizeMb: env.SPECTRA_BULK_MAX_FILE_SIZE_MB,
    corsOrigins: env.SPECTRA_CORS_ORIGINS,
    telemetry: new ConsoleTelemetry({ clock }),
    clock,
  };
}

export function composePublicApi() {
  const env = environment('public-api');
  return { env, corsOrigins: env.SPECTRA_CORS_ORIGINS, telemetry: new ConsoleTelemetry({ clock }), clock };
}

export function composeStartJobs() {
  const env = environment('start-jobs');
  return {
    by: 'start-jobs',
    jobs: jobsOf(env),
    admission: new DynamoAdmission(tableOf(env)),
    limits: { tenant: env.SPECTRA_BULK_MAX_CONCURRENT_JOBS, cluster: env.SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS },
    warehouse: new RedshiftWarehouse({ client: redshiftClient(), target: warehouseTarget(env) }),
    results: new S3ResultReader(bucketOf(env)),
    retention: retentionOf(env),
    deployment: env.SPECTRA_DEPLOYMENT,
    unloadRole: env.SPECTRA_UNLOAD_ROLE_ARN,
    telemetry: new ConsoleTelemetry({ deployment: env.SPECTRA_DEPLOYMENT, clock }),
    clock,
  };
}

const statements = () => new RedshiftStatements({ client: redshiftClient() });

export function composeFinishJobs() {
  const env = environment('finish-jobs');
  return {
    by: 'finish-jobs',
    again: automaticRetryOf(env),
    jobs: jobsOf(env),
    warehouse: statements(),
    results: storeOf(env),
    retention: retentionOf(env),
    deployment: env.SPECTRA_DEPLOYMENT,
    telemetry: new ConsoleTelemetry({ deployment: env.SPECTRA_DEPLOYMENT, clock }),
    clock,
  };
}

export function composeSweepJobs() {
  const env = environment('sweep-jobs');
  return {
    by: 'sweep-jobs',
    again: automaticRetryOf(env),
    jobs: jobsOf(env),
    admission: new DynamoAdmission(tableOf(env)),
    warehouse: statements(),
    results: storeOf(env),
    retention: retentionOf(env),
    graceSeconds: env.SPECTRA_SWEEP_GRACE_SECONDS,
    timeoutHours: env.SPECTRA_BULK_JOB_TIMEOUT_HOURS,
    telemetry: new ConsoleTelemetry({ deployment: env.SPECTRA_DEPLOYMENT, clock }),
    clock,
  };
}

export function composeCleanUp() {
  const env = environment('clean-up');
  return { jobs: jobsOf(env), results: storeOf(env), telemetry: new ConsoleTelemetry({ clock }), clock };
}
