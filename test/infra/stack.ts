import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BulkExportStack } from '../../lib/bulk-export-stack.ts';
import { parseConfig } from '../../lib/config.ts';

export const project = join(import.meta.dirname, '../..');

const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;

export interface Synthesized {
  app: App;
  stack: BulkExportStack;
  template: Template;
  /** All resources of a type by their logical id. */
  ofType(type: string): Record<string, Resource>;
}

const made = new Map<string, Synthesized>();

/** For tests of the pages: with them a stack takes half as long again. */
export const withPages = { SPECTRA_PAGES: 'true' };

/** The stack as the app makes it from this context, without bundles, and pages unless it says so; made once for the same context. */
export function synthesize(context: Readonly<Record<string, string>> = {}): Synthesized {
  const key = JSON.stringify(context);
  const synthesized = made.get(key) ?? make(context);
  made.set(key, synthesized);
  return synthesized;
}

function make(context: Readonly<Record<string, string>>): Synthesized {
  const cdkJson = CdkJson.parse(JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8')));
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });
  const config = parseConfig({ SPECTRA_PAGES: 'false', ...context });
  const stack = new BulkExportStack(app, config.stackName, { config });
  const template = Template.fromStack(stack);
  const ofType = (type: string) => z.record(z.string(), Resource).parse(template.findResources(type));
  return { app, stack, template, ofType };
}

export const workgroup = {
  SPECTRA_REDSHIFT_WORKGROUP: 'analytics',
  SPECTRA_REDSHIFT_WORKGROUP_ID: '8f3b9c1e-6f0a-4f55-9d0e-3f1c6c5a7b21',
};
export const clusterWithUser = { SPECTRA_REDSHIFT_CLUSTER: 'warehouse', SPECTRA_REDSHIFT_DB_USER: 'exporter' };
export const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:exporter-AbCdEf';
export const clusterWithSecret = { SPECTRA_REDSHIFT_CLUSTER: 'warehouse', SPECTRA_REDSHIFT_SECRET_ARN: secretArn };
export const trial = { SPECTRA_REDSHIFT_TRIAL: 'true', SPECTRA_REMOVAL_POLICY: 'destroy' };

/** Every shape that an installation can have, by its name. */
export const shapes: readonly [string, Readonly<Record<string, string>>][] = [
  ['nothing configured', {}],
  ['a workgroup, and pages', { ...workgroup, ...withPages }],
  ['a workgroup entered by a secret', { ...workgroup, SPECTRA_REDSHIFT_SECRET_ARN: secretArn }],
  ['a cluster entered by a database user', clusterWithUser],
  ['a cluster entered by a secret', clusterWithSecret],
  ['a database user per tenant', { ...clusterWithUser, SPECTRA_TENANT_IDENTITY: 'db_user:tenant_{user}' }],
  ['a secret per tenant', { ...workgroup, SPECTRA_TENANT_IDENTITY: 'secret:redshift/{user}' }],
  ['a role per tenant', { SPECTRA_TENANT_IDENTITY: 'role:arn:aws:iam::123456789012:role/tenant-{user}' }],
  [
    'an issuer of tokens',
    {
      ...workgroup,
      SPECTRA_JWT_ISSUER: 'https://login.example.com/',
      SPECTRA_JWT_AUDIENCE: 'https://bulk.example.com',
    },
  ],
  ['a trial with alarms by mail', { ...trial, SPECTRA_ALARM_EMAIL: 'ops@example.com' }],
];
