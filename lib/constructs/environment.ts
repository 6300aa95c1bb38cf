import type { Config } from '../config.ts';
import type { Resources } from './grants.ts';

/** A value as the environment holds it. */
export const text = (value: number): string => String(value);

export const common = ({ table, bucket }: Resources) => ({
  SPECTRA_TABLE_NAME: table.tableName,
  SPECTRA_BUCKET_NAME: bucket.bucketName,
});

export const retention = ({ settings }: Config) => ({
  SPECTRA_JOB_TTL_DAYS: text(settings.SPECTRA_JOB_TTL_DAYS),
  SPECTRA_RESULT_TTL_DAYS: text(settings.SPECTRA_RESULT_TTL_DAYS),
});

export const automaticRetry = ({ settings }: Config) => ({
  SPECTRA_MAX_ATTEMPTS: text(settings.SPECTRA_MAX_ATTEMPTS),
});

export const cors = ({ corsOrigins }: Config) => ({ SPECTRA_CORS_ORIGINS: corsOrigins.join(',') });
