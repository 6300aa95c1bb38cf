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
  SPECTRA_PRESIGNED_URL_EXPIRY: wholeNumber(1, 43_200, 3600).describe('Seconds that a download URL is asked to live'),
  SPECTRA_BULK_MAX_CONCURRENT_JOBS: wholeNumber(1, 200, 5).describe('Jobs of one tenant that run at once'),
  SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: wholeNumber(1, 200, 20).describe('Jobs of all tenants that run at once'),
  SPECTRA_BULK_JOB_TIMEOUT_HOURS: z.coerce.number().positive().max(24).default(24).describe('Hours that a job may run'),
  SPECTRA_BULK_MAX_FILE_SIZE_MB: wholeNumber(5, 6200, 1024).describe('Largest file that an export writes, in MB'),
  SPECTRA_SWEEP_GRACE_SECONDS: wholeNumber(0, 3600, 60).describe(
    'Seconds without news before the sweep looks into a job',
  ),
  SPECTRA_API_REQUESTS_PER_SECOND: wholeNumber(1, 10_000, 500).describe('Requests a second of all callers together'),
  SPECTRA_API_REQUEST_BURST: wholeNumber(1, 5000, 1000).describe('Requests of all callers that may come at once'),
  SPECTRA_API_REQUESTS_PER_DAY: wholeNumber(0, 1_000_000_000, 0).describe(
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
