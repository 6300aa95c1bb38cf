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

export const tokens = ({ tokens: { issuer, algorithms, claims } }: Config) => ({
  SPECTRA_JWT_ISSUER: issuer?.url ?? '',
  SPECTRA_JWT_AUDIENCE: issuer?.audience ?? '',
  SPECTRA_JWT_JWKS_URL: issuer?.keySetUrl ?? '',
  SPECTRA_JWT_ALGORITHMS: algorithms.join(','),
  SPECTRA_JWT_TENANT_CLAIM: claims.tenant,
  SPECTRA_JWT_PERMISSIONS_CLAIM: claims.permissions,
  SPECTRA_JWT_WAREHOUSE_USER_CLAIM: claims.warehouseUser,
});

export const automaticRetry = ({ settings }: Config) => ({
  SPECTRA_MAX_ATTEMPTS: text(settings.SPECTRA_MAX_ATTEMPTS),
});

export const cors = ({ corsOrigins }: Config) => ({ SPECTRA_CORS_ORIGINS: corsOrigins.join(',') });
