import * as z from 'zod';

const wholeNumber = (least: number, most: number, preset: number) =>
  z.coerce.number().int().min(least).max(most).default(preset);

/**
 * What an operator may set, by the name it has in each Lambda's environment. A deployment sets them as CDK context of the same
 * name; a Lambda gets only those that it reads (contract/environments.ts).
 */
export const settings = {
  SPECTRA_JOB_TTL_DAYS: wholeNumber(1, 365, 7).describe('Days until the record of a finished job is deleted'),
  SPECTRA_RESULT_TTL_DAYS: wholeNumber(1, 365, 7).describe('Days until the files of a finished job expire'),
  SPECTRA_PRESIGNED_URL_EXPIRY: wholeNumber(1, 43_200, 3600).describe(
    'Seconds that a URL for a download or an upload is asked to live',
  ),
  SPECTRA_BULK_MAX_CONCURRENT_JOBS: wholeNumber(1, 200, 5).describe('Jobs of one tenant that run at once'),
  SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: wholeNumber(1, 200, 20).describe('Jobs of all tenants that run at once'),
  SPECTRA_BULK_JOB_TIMEOUT_HOURS: z.coerce.number().positive().max(24).default(24).describe('Hours that a job may run'),
  SPECTRA_MAX_ATTEMPTS: wholeNumber(1, 10, 3).describe(
    'Runs that the service gives a job by itself when the warehouse fails it for a passing reason; 1: no automatic retry',
  ),
  SPECTRA_BULK_MAX_FILE_SIZE_MB: wholeNumber(5, 6200, 1024).describe('Largest file that an export writes, in MB'),
  SPECTRA_LOAD_MAX_FILE_SIZE_MB: wholeNumber(1, 5_242_880, 5120).describe(
    'Largest file that is uploaded for a load, in MB; beyond 5120 in parts only',
  ),
  SPECTRA_RESULT_SIZE_THRESHOLD: wholeNumber(1, 10_000, 10_000).describe(
    'Most rows that a query is answered with, where it asks for no fewer',
  ),
  SPECTRA_DEFAULT_TIMEOUT_SECONDS: wholeNumber(1, 20, 15).describe(
    'Seconds that a query may take, where it asks for no other time',
  ),
  SPECTRA_SWEEP_GRACE_SECONDS: wholeNumber(0, 3600, 60).describe(
    'Seconds without news before the sweep looks into a job',
  ),
  SPECTRA_API_REQUESTS_PER_SECOND: wholeNumber(1, 10_000, 500).describe('Requests a second of all callers together'),
  SPECTRA_API_REQUEST_BURST: wholeNumber(1, 5000, 1000).describe('Requests of all callers that may come at once'),
  SPECTRA_API_REQUESTS_PER_DAY: wholeNumber(0, 1_000_000_000, 10_000_000).describe(
    'Requests a day of all callers together, kept by a usage plan of API Gateway; 0 is no bound',
  ),
  SPECTRA_TENANT_REQUESTS_PER_SECOND: wholeNumber(1, 10_000, 50).describe('Requests a second of one tenant'),
  SPECTRA_TENANT_REQUEST_BURST: wholeNumber(1, 20_000, 200).describe('Requests of one tenant that may come at once'),
  SPECTRA_TENANT_JOBS_PER_DAY: wholeNumber(1, 10_000_000, 10_000).describe('Jobs that a tenant may create a day (UTC)'),
  SPECTRA_TENANT_MAX_WAITING_JOBS: wholeNumber(1, 100_000, 1000).describe('Jobs of one tenant that wait at once'),
} as const;

export type SettingName = keyof typeof settings;

/** What each is counted in, as /limits tells it. */
export const settingUnits: Readonly<Record<SettingName, string>> = {
  SPECTRA_JOB_TTL_DAYS: 'days',
  SPECTRA_RESULT_TTL_DAYS: 'days',
  SPECTRA_PRESIGNED_URL_EXPIRY: 'seconds',
  SPECTRA_BULK_MAX_CONCURRENT_JOBS: 'jobs',
  SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: 'jobs',
  SPECTRA_BULK_JOB_TIMEOUT_HOURS: 'hours',
  SPECTRA_BULK_MAX_FILE_SIZE_MB: 'mb',
  SPECTRA_LOAD_MAX_FILE_SIZE_MB: 'mb',
  SPECTRA_MAX_ATTEMPTS: 'runs',
  SPECTRA_RESULT_SIZE_THRESHOLD: 'rows',
  SPECTRA_DEFAULT_TIMEOUT_SECONDS: 'seconds',
  SPECTRA_SWEEP_GRACE_SECONDS: 'seconds',
  SPECTRA_API_REQUESTS_PER_SECOND: 'requests per second',
  SPECTRA_API_REQUEST_BURST: 'requests',
  SPECTRA_API_REQUESTS_PER_DAY: 'requests',
  SPECTRA_TENANT_REQUESTS_PER_SECOND: 'requests per second',
  SPECTRA_TENANT_REQUEST_BURST: 'requests',
  SPECTRA_TENANT_JOBS_PER_DAY: 'jobs',
  SPECTRA_TENANT_MAX_WAITING_JOBS: 'jobs',
};

/** Its name on /limits. */
export const limitName = (name: SettingName): string => name.toLowerCase().replace('spectra_', '');

export const settingNames = Object.keys(settings) as SettingName[];

/** Every setting with its default where nothing was given; a value out of range is a ZodError that names it. */
export const Settings = z.object(settings);
export type Settings = z.infer<typeof Settings>;

const loopback = ['127.0.0.1', '[::1]', 'localhost'];

function isSecure(text: string): boolean {
  if (!URL.canParse(text) || /[\s#]/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname));
}

/** https, without credentials and fragment. For the embedded AWS also http, to this very machine. */
export const SecureUrl = z
  .string()
  .max(500)
  .refine(isSecure, 'Expected an https URL such as https://login.example.com');

/** An issuer is compared as text with the claim `iss`; RFC 8414 gives it no query. */
export const IssuerUrl = SecureUrl.regex(/^[^?]*$/, 'Expected an issuer without a query');

const ClaimName = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'Expected the name of a claim, such as tenant_id');

/** Signatures by a key pair only: with a shared secret, whoever verifies could sign. */
export const TokenAlgorithm = z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']);
export type TokenAlgorithm = z.infer<typeof TokenAlgorithm>;

const TokenAlgorithms = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(z.array(TokenAlgorithm).min(1));

/** Whose JSON web tokens are taken and how they are read. Without an issuer none is. */
export const tokenSettings = {
  SPECTRA_JWT_ISSUER: IssuerUrl.optional().describe('Issuer of JSON web tokens, as their claim `iss` spells it'),
  SPECTRA_JWT_AUDIENCE: z
    .string()
    .regex(/^\S{1,300}$/, 'Expected what the claim `aud` holds for this service')
    .optional()
    .describe('What the claim `aud` of a token has to be or contain'),
  SPECTRA_JWT_JWKS_URL: SecureUrl.optional().describe('Where the public keys of the issuer are'),
  SPECTRA_JWT_ALGORITHMS: TokenAlgorithms.prefault('RS256,ES256').describe('Signatures that are taken'),
  SPECTRA_JWT_TENANT_CLAIM: ClaimName.default('tenant_id').describe('Claim that names the tenant'),
  SPECTRA_JWT_PERMISSIONS_CLAIM: ClaimName.default('permissions').describe('Claim that lists the permissions'),
  SPECTRA_JWT_WAREHOUSE_USER_CLAIM: ClaimName.default('warehouse_user').describe('Claim that names the database user'),
} as const;

const schemaName = /^(?:[a-z_{][a-z0-9_$-]*(?:\{tenant\})?[a-z0-9_$-]*|\{tenant\})$/;

/** What loads may change, and where they leave their marks. */
export const loadSettings = {
  SPECTRA_LOAD_SCHEMAS: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(
      z.array(z.string().regex(schemaName, 'Expected names of schemas in lower case, {tenant} for the tenant')).min(1),
    )
    .prefault('{tenant}')
    .describe('Schemas whose tables a tenant may load, separated by commas; {tenant} stands for its id'),
  SPECTRA_LOAD_MARKER_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_$]{0,62}$/, 'Expected the name of a schema in lower case')
    .default('spectra')
    .describe('Schema of the small tables that keep a load from being done twice'),
} as const;
