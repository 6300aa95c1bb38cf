import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, contextKeys, parseConfig } from '../../lib/config.ts';
import { clusterWithSecret, clusterWithUser, project, secretArn, trial, workgroup } from './stack.ts';

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
