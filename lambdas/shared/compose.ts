import { setTimeout } from 'node:timers/promises';
import {
  awsCredentials,
  dynamoClient,
  redshiftClient,
  roleClients,
  s3Client,
  s3Endpoint,
  waitingRedshiftClient,
  waitingRoleClients,
} from '../../adapters/aws-clients.ts';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { DynamoAdmission } from '../../adapters/dynamo/admission.ts';
import { DynamoApiKeyStore } from '../../adapters/dynamo/api-keys.ts';
import { DynamoBacklog } from '../../adapters/dynamo/backlog.ts';
import { DynamoIdempotencyStore } from '../../adapters/dynamo/idempotency.ts';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { fetchKeySet } from '../../adapters/jwt/fetch-key-set.ts';
import { JoseTokenVerifier } from '../../adapters/jwt/jose-verifier.ts';
import { warehouseTarget } from '../../adapters/redshift/target.ts';
import { RedshiftQueries } from '../../adapters/redshift/queries.ts';
import { RedshiftStatements } from '../../adapters/redshift/statements.ts';
import { RedshiftTables } from '../../adapters/redshift/tables.ts';
import { RedshiftWarehouse } from '../../adapters/redshift/warehouse.ts';
import { S3Presigner } from '../../adapters/s3/presigner.ts';
import { S3UploadInspector } from '../../adapters/s3/upload-inspector.ts';
import { S3ResultReader } from '../../adapters/s3/result-reader.ts';
import { S3ResultStore } from '../../adapters/s3/result-store.ts';
import { S3UploadReader } from '../../adapters/s3/upload-reader.ts';
import { S3Uploads } from '../../adapters/s3/uploads.ts';
import { SystemClock } from '../../adapters/system/clock.ts';
import { UlidIds } from '../../adapters/system/ids.ts';
import { ConsoleTelemetry } from '../../adapters/telemetry/console.ts';
import { type EnvironmentOf, environments, type LambdaName } from '../../contract/environments.ts';
import { CachedKeys } from '../../core/api-keys/cached-keys.ts';
import type { TenantId } from '../../contract/ids.ts';
import type { AuthenticationDeps } from '../../core/auth/authenticate.ts';
import { CachedKeySet } from '../../core/auth/cached-key-set.ts';
import type { Retention } from '../../core/jobs/retention.ts';
import { BacklogRoom } from '../../core/rate-limit/backlog-room.ts';
import { TokenBuckets } from '../../core/rate-limit/token-bucket.ts';

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

const entranceOf = (env: EnvironmentOf<'start-jobs' | 'queries-api' | 'clean-up'>) => ({
  target: warehouseTarget(env),
  identity: env.SPECTRA_TENANT_IDENTITY,
});

const accessOf = (env: EnvironmentOf<'start-jobs' | 'clean-up'>) => ({
  ...entranceOf(env),
  client: redshiftClient(),
  roles: () => roleClients(env.SPECTRA_DEPLOYMENT),
});

const warehouseOf = (env: EnvironmentOf<'start-jobs' | 'clean-up'>) => new RedshiftWarehouse(accessOf(env));

/** What creating a job takes, whoever does it. */
const creationOf = (env: EnvironmentOf<'jobs-api'> | EnvironmentOf<'queries-api'>) => ({
  maxFileSizeMb: env.SPECTRA_BULK_MAX_FILE_SIZE_MB,
  jobsPerDay: env.SPECTRA_TENANT_JOBS_PER_DAY,
  backlogRoom: new BacklogRoom(new DynamoBacklog(tableOf(env)), clock, { most: env.SPECTRA_TENANT_MAX_WAITING_JOBS }),
});

const storeOf = (env: { SPECTRA_BUCKET_NAME: string }) => new S3ResultStore({ ...bucketOf(env), client: s3Client() });

/** @throws Error when keys would come over http, anywhere but in the embedded AWS */
function tokensOf(env: EnvironmentOf<'authorizer'>, telemetry: ConsoleTelemetry): AuthenticationDeps['tokens'] {
  const { SPECTRA_JWT_ISSUER: issuer, SPECTRA_JWT_AUDIENCE: audience, SPECTRA_JWT_JWKS_URL: keySetUrl } = env;
  if (issuer === '') return undefined;
  const embedded = process.env.AWS_ENDPOINT_URL !== undefined;
  if (!embedded && !keySetUrl.startsWith('https:')) throw new Error('SPECTRA_JWT_JWKS_URL: only https is safe on AWS');
  const keys = new CachedKeySet(() => fetchKeySet(keySetUrl), clock, telemetry);
  return {
    verifier: new JoseTokenVerifier({ issuer, audience, algorithms: env.SPECTRA_JWT_ALGORITHMS, keys, clock }),
    claims: {
      tenant: env.SPECTRA_JWT_TENANT_CLAIM,
      permissions: env.SPECTRA_JWT_PERMISSIONS_CLAIM,
      warehouseUser: env.SPECTRA_JWT_WAREHOUSE_USER_CLAIM,
    },
  };
}

export function composeAuthorizer() {
  const env = environment('authorizer');
  const telemetry = new ConsoleTelemetry({ clock });
  const rates = new TokenBuckets<TenantId>(clock, {
    perSecond: env.SPECTRA_TENANT_REQUESTS_PER_SECOND,
    burst: env.SPECTRA_TENANT_REQUEST_BURST,
  });
  return {
    keys: new CachedKeys(new DynamoApiKeyStore(tableOf(env)), clock),
    tokens: tokensOf(env, telemetry),
    hasher: new Sha256Hasher(),
    telemetry,
    rates,
    usageKey: env.SPECTRA_USAGE_KEY,
    clock,
  };
}

export function composeJobsApi() {
  const env = environment('jobs-api');
  return {
    jobs: jobsOf(env),
    results: new S3ResultReader(bucketOf(env)),
    uploads: new S3UploadReader(bucketOf(env)),
    presigner: new S3Presigner({ ...bucketOf(env), expirySeconds: env.SPECTRA_PRESIGNED_URL_EXPIRY }),
    hasher: new Sha256Hasher(),
    ids: new UlidIds(),
    retention: retentionOf(env),
    pause: (milliseconds: number) => setTimeout(milliseconds),
    ...creationOf(env),
    loadSchemas: env.SPECTRA_LOAD_SCHEMAS,
    idempotency: new DynamoIdempotencyStore(tableOf(env)),
    corsOrigins: env.SPECTRA_CORS_ORIGINS,
    telemetry: new ConsoleTelemetry({ clock }),
    clock,
  };
}

export function composeUploadsApi() {
  const env = environment('uploads-api');
  return {
    jobs: jobsOf(env),
    uploads: new S3Uploads({ ...bucketOf(env), client: s3Client() }),
    signer: new S3Presigner({ ...bucketOf(env), expirySeconds: env.SPECTRA_PRESIGNED_URL_EXPIRY }),
    maxUploadMb: env.SPECTRA_LOAD_MAX_FILE_SIZE_MB,
    hasher: new Sha256Hasher(),
    ids: new UlidIds(),
    retention: retentionOf(env),
    idempotency: new DynamoIdempotencyStore(tableOf(env)),
    corsOrigins: env.SPECTRA_CORS_ORIGINS,
    telemetry: new ConsoleTelemetry({ clock }),
    clock,
  };
}

export function composeQueriesApi() {
  const env = environment('queries-api');
  return {
    jobs: jobsOf(env),
    queries: new RedshiftQueries({
      ...entranceOf(env),
      client: waitingRedshiftClient(),
      roles: () => waitingRoleClients(env.SPECTRA_DEPLOYMENT),
    }),
    hasher: new Sha256Hasher(),
    ids: new UlidIds(),
    retention: retentionOf(env),
    ...creationOf(env),
    idempotency: new DynamoIdempotencyStore(tableOf(env)),
    maxRows: env.SPECTRA_RESULT_SIZE_THRESHOLD,
    timeoutSeconds: env.SPECTRA_DEFAULT_TIMEOUT_SECONDS,
    deployment: env.SPECTRA_DEPLOYMENT,
    corsOrigins: env.SPECTRA_CORS_ORIGINS,
    telemetry: new ConsoleTelemetry({ deployment: env.SPECTRA_DEPLOYMENT, clock }),
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
    warehouse: warehouseOf(env),
    tables: new RedshiftTables(accessOf(env)),
    inspector: new S3UploadInspector(bucketOf(env)),
    markerSchema: env.SPECTRA_LOAD_MARKER_SCHEMA,
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
  return {
    jobs: jobsOf(env),
    results: storeOf(env),
    warehouse: warehouseOf(env),
    markerSchema: env.SPECTRA_LOAD_MARKER_SCHEMA,
    telemetry: new ConsoleTelemetry({ clock }),
    clock,
  };
}
