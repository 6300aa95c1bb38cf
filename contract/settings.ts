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
  SPECTRA_MAX_ATTEMPTS: wholeNumber(1, 10, 3).describe(
    'Runs that the service gives a job by itself when the warehouse fails it for a passing reason; 1: no automatic retry',
  ),
  SPECTRA_BULK_MAX_FILE_SIZE_MB: wholeNumber(5, 6200, 1024).describe('Largest file that an export writes, in MB'),
  SPECTRA_SWEEP_GRACE_SECONDS: wholeNumber(0, 3600, 60).describe(
    'Seconds without news before the sweep looks into a job',
  ),
} as const;

export type SettingName = keyof typeof settings;

export const settingNames = Object.keys(settings) as SettingName[];

/** Every setting with its default where nothing was given; a value out of range is a ZodError that names it. */
export const Settings = z.object(settings);
export type Settings = z.infer<typeof Settings>;
