import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, contextKeys, parseConfig } from '../../lib/config.ts';
import { clusterWithSecret, clusterWithUser, project, secretArn, trial, workgroup } from './stack.ts';

const issuer = { SPECTRA_JWT_ISSUER: 'https://login.example.com', SPECTRA_JWT_AUDIENCE: 'bulk' };

const faultsOf = (context: Record<string, unknown>): string => {
  try {
    parseConfig(context);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('the configuration', () => {
  it('needs nothing: statements then run on the default workgroup, and data is kept', () => {
    expect(parseConfig({})).toMatchObject({
      stackName: 'SpectraBulk',
      deployment: 'spectra-bulk',
      warehouse: { kind: 'workgroup', name: 'default-workgroup', database: 'dev' },
      keepData: true,
      settings: { SPECTRA_JOB_TTL_DAYS: 7, SPECTRA_BULK_MAX_CONCURRENT_JOBS: 5 },
    });
  });

  it.each([
    [workgroup, { kind: 'workgroup', name: 'analytics', id: workgroup.SPECTRA_REDSHIFT_WORKGROUP_ID }],
    [
      { ...workgroup, SPECTRA_REDSHIFT_SECRET_ARN: secretArn },
      { kind: 'workgroup', secretArn },
    ],
    [clusterWithUser, { kind: 'cluster', name: 'warehouse', entry: { dbUser: 'exporter' } }],
    [clusterWithSecret, { kind: 'cluster', name: 'warehouse', entry: { secretArn } }],
    [trial, { kind: 'trial', database: 'dev' }],
  ])('%j names a warehouse', (context, warehouse) => {
    expect(parseConfig(context).warehouse).toMatchObject(warehouse);
  });

  it('takes numbers and booleans as cdk.json holds them', () => {
    expect(parseConfig({ SPECTRA_JOB_TTL_DAYS: 3, SPECTRA_REDSHIFT_TRIAL: true })).toMatchObject({
      settings: { SPECTRA_JOB_TTL_DAYS: 3 },
      warehouse: { kind: 'trial' },
    });
  });

  it('takes no tokens unless it is told whose', () => {
    expect(parseConfig({}).tokens).toEqual({
      issuer: undefined,
      algorithms: ['RS256', 'ES256'],
      claims: { tenant: 'tenant_id', permissions: 'permissions', warehouseUser: 'warehouse_user' },
    });
  });

  it.each([
    ['https://login.example.com', 'https://login.example.com/.well-known/jwks.json'],
    ['https://login.example.com/', 'https://login.example.com/.well-known/jwks.json'],
    ['https://login.example.com/realms/acme', 'https://login.example.com/realms/acme/.well-known/jwks.json'],
    ['http://127.0.0.1:4570', 'http://127.0.0.1:4570/.well-known/jwks.json'],
  ])('the keys of %s are below it, and the issuer itself is kept as it is spelt', (url, keySetUrl) => {
    const config = parseConfig({ SPECTRA_JWT_ISSUER: url, SPECTRA_JWT_AUDIENCE: 'bulk' });
    expect(config.tokens.issuer).toEqual({ url, audience: 'bulk', keySetUrl });
  });

  it('takes keys, algorithms and claims from elsewhere when it is told to', () => {
    expect(
      parseConfig({
        ...issuer,
        SPECTRA_JWT_JWKS_URL: 'https://keys.example.com/v2?p=b2c',
        SPECTRA_JWT_ALGORITHMS: 'PS256, EdDSA',
        SPECTRA_JWT_TENANT_CLAIM: 'https://example.com/tenant',
        SPECTRA_JWT_PERMISSIONS_CLAIM: 'scp',
        SPECTRA_JWT_WAREHOUSE_USER_CLAIM: 'db_user',
      }).tokens,
    ).toEqual({
      issuer: { url: issuer.SPECTRA_JWT_ISSUER, audience: 'bulk', keySetUrl: 'https://keys.example.com/v2?p=b2c' },
      algorithms: ['PS256', 'EdDSA'],
      claims: { tenant: 'https://example.com/tenant', permissions: 'scp', warehouseUser: 'db_user' },
    });
  });

  it('a stack of another name is a deployment of another name', () => {
    expect(parseConfig({ SPECTRA_STACK_NAME: 'BulkExportsEU' }).deployment).toBe('bulk-exports-eu');
    expect(parseConfig({ SPECTRA_DEPLOYMENT: 'exports' }).deployment).toBe('exports');
  });
});

describe('a configuration that does not fit is refused before anything is built', () => {
  it('with everything at fault at once, not one fault at a time', () => {
    const message = faultsOf({
      SPECTRA_RESULT_TTL_DAY: '9',
      SPECTRA_ALARM_EMAIL: 'nobody',
      SPECTRA_JOB_TTL_DAYS: '0',
      SPECTRA_UNLOAD_ROLE_ARN: 'unload',
    });
    expect(message).toContain('SPECTRA_RESULT_TTL_DAY: there is no such key; did you mean SPECTRA_RESULT_TTL_DAYS?');
    expect(message).toMatch(/SPECTRA_ALARM_EMAIL: .*email/);
    expect(message).toMatch(/SPECTRA_JOB_TTL_DAYS: /);
    expect(message).toMatch(/SPECTRA_UNLOAD_ROLE_ARN: Expected an ARN such as arn:aws:iam::/);
    expect(message).toContain('docs/deploy.md');
  });

  it.each([
    [{ ...workgroup, ...clusterWithUser }, 'Give one of'],
    [{ ...workgroup, ...trial }, 'Give one of'],
    [{ SPECTRA_REDSHIFT_CLUSTER: 'warehouse' }, 'either SPECTRA_REDSHIFT_DB_USER or SPECTRA_REDSHIFT_SECRET_ARN'],
    [{ ...clusterWithUser, ...clusterWithSecret }, 'either SPECTRA_REDSHIFT_DB_USER or SPECTRA_REDSHIFT_SECRET_ARN'],
    [{ ...workgroup, SPECTRA_REDSHIFT_DB_USER: 'exporter' }, 'Only a cluster has it'],
    [{ ...trial, SPECTRA_REDSHIFT_SECRET_ARN: secretArn }, 'has a secret of its own'],
    [
      { SPECTRA_REDSHIFT_WORKGROUP_ID: workgroup.SPECTRA_REDSHIFT_WORKGROUP_ID },
      'Give SPECTRA_REDSHIFT_WORKGROUP with it',
    ],
    [{ ...workgroup, SPECTRA_REDSHIFT_WORKGROUP_ID: 'analytics' }, 'aws redshift-serverless get-workgroup'],
    [{ SPECTRA_CORS_ORIGINS: 'app.example.com' }, 'https://app.example.com'],
    [{ SPECTRA_JWT_ISSUER: issuer.SPECTRA_JWT_ISSUER }, 'tokens for other services would be taken'],
    [{ SPECTRA_JWT_AUDIENCE: 'bulk' }, 'Give SPECTRA_JWT_ISSUER with it'],
    [{ SPECTRA_JWT_JWKS_URL: 'https://login.example.com/keys' }, 'Give SPECTRA_JWT_ISSUER with it'],
    [{ ...issuer, SPECTRA_JWT_ISSUER: 'http://login.example.com' }, 'Expected an https URL'],
    [{ ...issuer, SPECTRA_JWT_ISSUER: 'http://127.0.0.1.evil.example.com' }, 'Expected an https URL'],
    [{ ...issuer, SPECTRA_JWT_ISSUER: 'login.example.com' }, 'Expected an https URL'],
    [{ ...issuer, SPECTRA_JWT_ISSUER: 'https://user:word@login.example.com' }, 'Expected an https URL'],
    [{ ...issuer, SPECTRA_JWT_ISSUER: 'https://login.example.com?tenant=1' }, 'without a query'],
    [{ ...issuer, SPECTRA_JWT_JWKS_URL: 'http://login.example.com/keys' }, 'Expected an https URL'],
    [{ ...issuer, SPECTRA_JWT_ALGORITHMS: 'HS256' }, 'SPECTRA_JWT_ALGORITHMS'],
    [{ ...issuer, SPECTRA_JWT_ALGORITHMS: 'RS256,none' }, 'SPECTRA_JWT_ALGORITHMS'],
    [{ ...issuer, SPECTRA_JWT_ALGORITHMS: '' }, 'SPECTRA_JWT_ALGORITHMS'],
    [{ ...issuer, SPECTRA_JWT_TENANT_CLAIM: 'tenant id' }, 'Expected the name of a claim'],
  ])('%j', (context, hint) => {
    expect(faultsOf(context)).toContain(hint);
  });

  it('a deployment name that could not be part of a statement name', () => {
    expect(faultsOf({ SPECTRA_DEPLOYMENT: 'a:b' })).toContain('SPECTRA_DEPLOYMENT');
  });
});

describe('docs/deploy.md', () => {
  const documented = new Set(readFileSync(join(project, 'docs/deploy.md'), 'utf8').match(/\bSPECTRA_[A-Z_]+\b/g));

  it.each(Object.keys(contextKeys))('says what %s is', (key) => {
    expect([...documented]).toContain(key);
  });

  it('names no key that the app would refuse', () => {
    expect([...documented].filter((key) => !(key in contextKeys))).toEqual([]);
  });
});
