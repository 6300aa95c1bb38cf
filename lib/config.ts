import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as z from 'zod';
import { TenantIdentity } from '../contract/tenant-identity.ts';
import { DeploymentName } from '../contract/ids.ts';
import { loadSettings, Settings, settings, type TokenAlgorithm, tokenSettings } from '../contract/settings.ts';

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `Expected an ARN such as ${example}`);
const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Expected lower-case letters, digits and hyphens, as Redshift names it');
const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');
const logRetentions = {
  '1': RetentionDays.ONE_DAY,
  '7': RetentionDays.ONE_WEEK,
  '14': RetentionDays.TWO_WEEKS,
  '30': RetentionDays.ONE_MONTH,
  '90': RetentionDays.THREE_MONTHS,
  '180': RetentionDays.SIX_MONTHS,
  '365': RetentionDays.ONE_YEAR,
} as const;

const whereStatementsRun = {
  SPECTRA_REDSHIFT_WORKGROUP: identifier.optional().describe('Name of an existing Serverless workgroup'),
  SPECTRA_REDSHIFT_WORKGROUP_ID: z
    .uuid(
      'Expected the UUID: aws redshift-serverless get-workgroup --workgroup-name <name> --query workgroup.workgroupId',
    )
    .optional()
    .describe('Its id: without it the starter may run statements on every workgroup of the account and region'),
  SPECTRA_REDSHIFT_CLUSTER: identifier.optional().describe('Identifier of an existing cluster, instead of a workgroup'),
  SPECTRA_REDSHIFT_DB_USER: z
    .string()
    .regex(/^[a-z_][a-z0-9_@.+-]{0,126}$/, 'Expected the name of a database user, in lower case')
    .optional()
    .describe('Database user of the cluster, entered with temporary credentials'),
  SPECTRA_REDSHIFT_SECRET_ARN: arn('secretsmanager', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:name-AbCdEf')
    .optional()
    .describe('Secret with user name and password, instead of a database user or the identity of the role'),
  SPECTRA_TENANT_IDENTITY: TenantIdentity.describe(
    'As whom statements run: shared, or db_user:<name>, secret:<name>, role:<ARN> with {user} in it',
  ),
  SPECTRA_REDSHIFT_TRIAL: yesOrNo.default(false).describe('true: a small Serverless warehouse of the stack itself'),
  SPECTRA_REDSHIFT_DATABASE: z.string().min(1).max(127).default('dev').describe('Database that is exported from'),
  SPECTRA_UNLOAD_ROLE_ARN: arn('iam', 'arn:aws:iam::123456789012:role/unload')
    .optional()
    .describe('Existing role that UNLOAD writes with; by default the stack makes one'),
};

const howTheStackIsBuilt = {
  SPECTRA_STACK_NAME: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'Expected a CloudFormation stack name: letters, digits and hyphens')
    .default('SpectraBulk')
    .describe('Name of the stack'),
  SPECTRA_DEPLOYMENT: DeploymentName.optional().describe(
    'Name in statements and metrics; default: the stack, in-kebab-case',
  ),
  SPECTRA_REMOVAL_POLICY: z
    .enum(['retain', 'destroy'])
    .default('retain')
    .describe('destroy: table, buckets and logs go with the stack; for trials'),
  SPECTRA_LOG_RETENTION_DAYS: z
    .enum(Object.keys(logRetentions) as (keyof typeof logRetentions)[])
    .default('30')
    .transform((days) => logRetentions[days])
    .describe('Days that logs are kept'),
  SPECTRA_ALARM_EMAIL: z.email().optional().describe('Where alarms are mailed to; by default they only show'),
  SPECTRA_CORS_ORIGINS: z
    .string()
    .default('*')
    .transform((list) => list.split(',').map((origin) => origin.trim()))
    .pipe(
      z
        .array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'Expected * or origins such as https://app.example.com'))
        .min(1),
    )
    .describe('Origins of web pages that may call the API, separated by commas'),
  SPECTRA_PAGES: yesOrNo.default(true).describe('false: the API serves no pages: neither console nor docs'),
  SPECTRA_API_LOGGING_ROLE: z
    .enum(['create', 'existing'])
    .default('create')
    .describe('existing: this account and region already let API Gateway write logs'),
  SPECTRA_RESERVE_SWEEP_CONCURRENCY: yesOrNo
    .default(true)
    .describe('false: for accounts whose Lambda concurrency is too small to reserve one'),
};

const keys = { ...settings, ...loadSettings, ...tokenSettings, ...whereStatementsRun, ...howTheStackIsBuilt };

/** Every context key that the app knows, with its schema and what it is for. */
export const contextKeys: Readonly<Record<string, z.ZodType>> = keys;

const Keys = z.object(keys).superRefine((given, report) => {
  const ways = [given.SPECTRA_REDSHIFT_WORKGROUP, given.SPECTRA_REDSHIFT_CLUSTER, given.SPECTRA_REDSHIFT_TRIAL];
  const wrong = (key: string, message: string) => report.addIssue({ code: 'custom', path: [key], message });
  if (ways.filter(Boolean).length > 1) {
    wrong(
      'SPECTRA_REDSHIFT_WORKGROUP',
      'Give one of SPECTRA_REDSHIFT_WORKGROUP, SPECTRA_REDSHIFT_CLUSTER and SPECTRA_REDSHIFT_TRIAL',
    );
  }
  const userOrSecret = [given.SPECTRA_REDSHIFT_DB_USER, given.SPECTRA_REDSHIFT_SECRET_ARN].filter(Boolean).length;
  if (given.SPECTRA_REDSHIFT_CLUSTER !== undefined && userOrSecret !== 1) {
    wrong(
      'SPECTRA_REDSHIFT_CLUSTER',
      'A cluster is entered with either SPECTRA_REDSHIFT_DB_USER or SPECTRA_REDSHIFT_SECRET_ARN',
    );
  }
  if (given.SPECTRA_REDSHIFT_CLUSTER === undefined && given.SPECTRA_REDSHIFT_DB_USER !== undefined) {
    wrong(
      'SPECTRA_REDSHIFT_DB_USER',
      'Only a cluster has it: on Serverless the database user follows from the role or the secret',
    );
  }
  if (given.SPECTRA_TENANT_IDENTITY.kind === 'db_user' && given.SPECTRA_REDSHIFT_CLUSTER === undefined) {
    wrong('SPECTRA_TENANT_IDENTITY', 'Only a cluster has db_user: on Serverless give tenants a secret or a role');
  }
  if (given.SPECTRA_REDSHIFT_TRIAL && given.SPECTRA_REDSHIFT_SECRET_ARN !== undefined) {
    wrong('SPECTRA_REDSHIFT_SECRET_ARN', 'The trial warehouse has a secret of its own: leave it out');
  }
  if (given.SPECTRA_REDSHIFT_WORKGROUP === undefined && given.SPECTRA_REDSHIFT_WORKGROUP_ID !== undefined) {
    wrong('SPECTRA_REDSHIFT_WORKGROUP_ID', 'Give SPECTRA_REDSHIFT_WORKGROUP with it');
  }
  if (given.SPECTRA_JWT_ISSUER !== undefined && given.SPECTRA_JWT_AUDIENCE === undefined) {
    wrong('SPECTRA_JWT_AUDIENCE', 'Give it with SPECTRA_JWT_ISSUER: without, tokens for other services would be taken');
  }
  for (const key of ['SPECTRA_JWT_AUDIENCE', 'SPECTRA_JWT_JWKS_URL'] as const) {
    const alone = given.SPECTRA_JWT_ISSUER === undefined && given[key] !== undefined;
    if (alone) wrong(key, 'Give SPECTRA_JWT_ISSUER with it');
  }
});

/** Where statements run and who runs them. */
export type WarehouseConfig =
  | { kind: 'workgroup'; database: string; name: string; id: string | undefined; secretArn: string | undefined }
  | { kind: 'cluster'; database: string; name: string; entry: { dbUser: string } | { secretArn: string } }
  | { kind: 'trial'; database: string };

/** Whose JSON web tokens are taken, and how they are read. */
export interface TokenConfig {
  /** undefined: nobody's, API keys alone are taken. */
  issuer: { url: string; audience: string; keySetUrl: string } | undefined;
  algorithms: TokenAlgorithm[];
  claims: { tenant: string; permissions: string; warehouseUser: string };
}

export interface Config {
  stackName: string;
  deployment: DeploymentName;
  settings: Settings;
  loads: { schemas: string[]; markerSchema: string };
  tokens: TokenConfig;
  warehouse: WarehouseConfig;
  tenantIdentity: TenantIdentity;
  unloadRoleArn: string | undefined;
  /** Whether data goes when the stack goes. */
  keepData: boolean;
  logRetentionDays: RetentionDays;
  alarmEmail: string | undefined;
  corsOrigins: string[];
  /** Whether the API serves its pages too. */
  pages: boolean;
  createApiLoggingRole: boolean;
  reserveSweepConcurrency: boolean;
}

/** Something in the CDK context does not fit; the message lists everything at once, each with what would fit. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** `-c` gives texts; cdk.json may hold numbers and booleans. */
const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const kebab = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .slice(0, 40);

function unknownKeys(given: string[]): string[] {
  const letters = (key: string) => [...new Set(key.replace('SPECTRA_', ''))];
  return given
    .filter((key) => !(key in keys))
    .map((key) => {
      const likeness = (known: string) => letters(known).filter((letter) => key.includes(letter)).length;
      const shared = (known: string) => known.split('_').filter((word) => key.split('_').includes(word)).length * 100;
      const [nearest] = Object.keys(keys).sort((a, b) => shared(b) + likeness(b) - shared(a) - likeness(a));
      return `${key}: there is no such key; did you mean ${nearest ?? ''}?`;
    });
}

function warehouseOf(given: z.infer<typeof Keys>): WarehouseConfig {
  const database = given.SPECTRA_REDSHIFT_DATABASE;
  const secretArn = given.SPECTRA_REDSHIFT_SECRET_ARN;
  if (given.SPECTRA_REDSHIFT_TRIAL) return { kind: 'trial', database };
  if (given.SPECTRA_REDSHIFT_CLUSTER === undefined) {
    const name = given.SPECTRA_REDSHIFT_WORKGROUP ?? 'default-workgroup';
    return { kind: 'workgroup', database, name, id: given.SPECTRA_REDSHIFT_WORKGROUP_ID, secretArn };
  }
  const entry = secretArn === undefined ? { dbUser: given.SPECTRA_REDSHIFT_DB_USER ?? '' } : { secretArn };
  return { kind: 'cluster', database, name: given.SPECTRA_REDSHIFT_CLUSTER, entry };
}

function issuerOf(given: z.infer<typeof Keys>): TokenConfig['issuer'] {
  const { SPECTRA_JWT_ISSUER: url, SPECTRA_JWT_AUDIENCE: audience } = given;
  if (url === undefined || audience === undefined) return undefined;
  const keySetUrl = given.SPECTRA_JWT_JWKS_URL ?? `${url.replace(/\/$/, '')}/.well-known/jwks.json`;
  return { url, audience, keySetUrl };
}

const tokensOf = (given: z.infer<typeof Keys>): TokenConfig => ({
  issuer: issuerOf(given),
  algorithms: given.SPECTRA_JWT_ALGORITHMS,
  claims: {
    tenant: given.SPECTRA_JWT_TENANT_CLAIM,
    permissions: given.SPECTRA_JWT_PERMISSIONS_CLAIM,
    warehouseUser: given.SPECTRA_JWT_WAREHOUSE_USER_CLAIM,
  },
});

/**
 * Reads the whole configuration from `SPECTRA_*` values, as they come from the CDK context.
 * Without any, statements run on the workgroup `default-workgroup`, database `dev`.
 * @throws {ConfigError} that lists every key at fault
 */
export function parseConfig(context: Readonly<Record<string, unknown>>): Config {
  const texts = Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => (value === undefined ? [] : [[key, asText(value)]])),
  );
  const parsed = Keys.safeParse(texts);
  const wrong = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
  const faults = [...unknownKeys(Object.keys(context)), ...wrong];
  if (!parsed.success || faults.length > 0) {
    const lines = faults.map((fault) => `  - ${fault}`).join('\n');
    throw new ConfigError(
      `The configuration can't be used:\n${lines}\nSet values with -c KEY=value; docs/deploy.md lists every key.`,
    );
  }
  const given = parsed.data;
  return {
    stackName: given.SPECTRA_STACK_NAME,
    deployment: given.SPECTRA_DEPLOYMENT ?? DeploymentName.parse(kebab(given.SPECTRA_STACK_NAME)),
    settings: Settings.parse(given),
    loads: { schemas: given.SPECTRA_LOAD_SCHEMAS, markerSchema: given.SPECTRA_LOAD_MARKER_SCHEMA },
    tokens: tokensOf(given),
    warehouse: warehouseOf(given),
    tenantIdentity: given.SPECTRA_TENANT_IDENTITY,
    unloadRoleArn: given.SPECTRA_UNLOAD_ROLE_ARN,
    keepData: given.SPECTRA_REMOVAL_POLICY === 'retain',
    logRetentionDays: given.SPECTRA_LOG_RETENTION_DAYS,
    alarmEmail: given.SPECTRA_ALARM_EMAIL,
    corsOrigins: given.SPECTRA_CORS_ORIGINS,
    pages: given.SPECTRA_PAGES,
    createApiLoggingRole: given.SPECTRA_API_LOGGING_ROLE === 'create',
    reserveSweepConcurrency: given.SPECTRA_RESERVE_SWEEP_CONCURRENCY,
  };
}

/** The `SPECTRA_*` keys of the CDK context: cdk.json, cdk.context.json and `-c`. */
export function spectraContext(node: Node): Record<string, unknown> {
  const all: Record<string, unknown> = z.record(z.string(), z.unknown()).parse(node.getAllContext());
  return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith('SPECTRA_')));
}
