import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LambdaName } from '../../contract/environments.ts';
import { permissions } from '../../lib/constructs/permissions.ts';
import { lambdaNames, type Statement, statementsOf, statementsOfLambda } from './lambdas.ts';
import {
  clusterWithSecret,
  clusterWithUser,
  project,
  secretArn,
  shapes,
  synthesize,
  trial,
  workgroup,
} from './stack.ts';

const standard = synthesize(workgroup);
const actionsOf = (statements: Statement[]) => [...new Set(statements.flatMap(({ Action }) => Action))].sort();
const asText = (value: unknown) => JSON.stringify(value);

/** What comes with being a Lambda here, whatever its code does. */
const attendant: Record<string, (name: LambdaName) => boolean> = {
  'logs:CreateLogStream': () => true,
  'logs:PutLogEvents': () => true,
  'xray:PutTelemetryRecords': () => true,
  'xray:PutTraceSegments': () => true,
  'dynamodb:DescribeStream': (name) => ['start-jobs', 'clean-up'].includes(name),
  'dynamodb:GetRecords': (name) => ['start-jobs', 'clean-up'].includes(name),
  'dynamodb:GetShardIterator': (name) => ['start-jobs', 'clean-up'].includes(name),
  'dynamodb:ListStreams': (name) => ['start-jobs', 'clean-up'].includes(name),
  'sqs:SendMessage': (name) => ['start-jobs', 'finish-jobs', 'sweep-jobs', 'clean-up'].includes(name),
  'redshift-serverless:GetCredentials': (name) => ['start-jobs', 'queries-api', 'clean-up'].includes(name),
};

describe('a role allows what the table of permissions lists', () => {
  it.each(lambdaNames)('%s: that, and what any such Lambda needs', (name) => {
    const listed = permissions[name].flatMap(({ actions }) => actions);
    const expected = [...listed, ...Object.keys(attendant).filter((action) => attendant[action]?.(name))];
    expect(actionsOf(statementsOfLambda(standard, name))).toEqual([...new Set(expected)].sort());
  });

  it('nobody has an action by wildcard', () => {
    for (const name of lambdaNames) {
      expect(actionsOf(statementsOfLambda(standard, name)).filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  it('no role comes with a policy of AWS that allows more, but the one for API Gateway logs', () => {
    const managed = Object.entries(standard.ofType('AWS::IAM::Role')).filter(
      ([, role]) => role.Properties.ManagedPolicyArns,
    );
    expect(managed).toHaveLength(1);
    expect(asText(managed)).toContain('AmazonAPIGatewayPushToCloudWatchLogs');
  });
});

describe.each(shapes)('with %s', (_, context) => {
  const synthesized = synthesize(context);

  it('* stands for a resource only where AWS knows no other', () => {
    for (const name of lambdaNames) {
      const everywhere = statementsOfLambda(synthesized, name).filter(({ Resource }) => Resource.includes('*'));
      const unconditional = everywhere.filter(({ Condition }) => Condition === undefined);
      expect(actionsOf(unconditional)).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
      for (const { Action, Condition } of everywhere.filter(({ Condition }) => Condition !== undefined)) {
        expect(
          Action.every((action) =>
            ['CancelStatement', 'DescribeStatement', 'GetStatementResult', 'ListStatements'].includes(
              action.replace('redshift-data:', ''),
            ),
          ),
        ).toBe(true);
        const owner = { 'queries-api': 'QueriesApi.*RoleId' }[name as string] ?? 'StartJobs.*RoleId';
        const session = String(context.SPECTRA_TENANT_IDENTITY).startsWith('role:') ? '\\*:spectra-bulk' : owner;
        expect(asText(Condition)).toMatch(new RegExp(`redshift-data:statement-owner-iam-userid.*${session}`));
      }
    }
  });
});

describe("tenants' data stays out of reach of what does not need it", () => {
  const reach = (name: LambdaName, service: string) =>
    statementsOfLambda(standard, name).filter(({ Action, Resource }) => {
      const ofStream = asText(Resource).includes('Stream') || asText(Resource).includes('/stream/');
      return Action.some((action) => action.startsWith(service)) && !ofStream;
    });

  it('the authorizer reads keys and no job', () => {
    const statements = reach('authorizer', 'dynamodb:');
    expect(statements).toHaveLength(1);
    expect(statements[0]?.Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['KEY#*'] } });
  });

  it('nobody but the authorizer reads keys, and every access to the table names its partitions', () => {
    for (const name of lambdaNames.filter((each) => each !== 'authorizer')) {
      for (const { Condition } of reach(name, 'dynamodb:')) {
        expect(asText(Condition)).toMatch(/dynamodb:LeadingKeys.*(TENANT#\*|ADMISSION|WAITING)/);
        expect(asText(Condition)).not.toContain('KEY#');
      }
    }
  });

  it.each(lambdaNames)('%s touches objects under results/ or uploads/ only, each as the table says', (name) => {
    const found = reach(name, 's3:').flatMap(({ Action, Resource, Condition }) => {
      const listing = Action.includes('s3:ListBucket');
      const patterns = asText(listing ? Condition : Resource).matchAll(/(?:"s3:prefix":"|"|\/)([^"/]*)\/\*"/g);
      return [...patterns].map(([, prefix = '']) => prefix + (listing ? ' listing' : ''));
    });
    const listed = permissions[name].map(({ on }) => on).filter((on) => /^(results|uploads)/.test(on));
    expect(found.sort()).toEqual(listed.sort());
  });

  it('uploads are written where they come in, and where an array becomes lines: neither reaches a result', () => {
    const writers = lambdaNames.filter((name) =>
      permissions[name].some(({ on, actions }) => on === 'uploads' && actions.includes('s3:PutObject')),
    );
    expect(writers.sort()).toEqual(['start-jobs', 'uploads-api']);
    for (const name of writers) expect(permissions[name].map(({ on }) => on)).not.toContain('results');
  });

  it('what answers without a credential has access to nothing', () => {
    expect(reach('public-api', 'dynamodb:')).toEqual([]);
    expect(reach('public-api', 's3:')).toEqual([]);
    expect(permissions['public-api']).toEqual([]);
  });

  it('only the starter, the query API and what drops the marks of loads can run SQL', () => {
    const starters = lambdaNames.filter((name) =>
      actionsOf(statementsOfLambda(standard, name)).includes('redshift-data:ExecuteStatement'),
    );
    expect(starters.sort()).toEqual(['clean-up', 'queries-api', 'start-jobs']);
  });
});

describe('the starter gets into its own warehouse and no other', () => {
  const entry = (context: Record<string, string>) => {
    const statements = statementsOfLambda(synthesize(context), 'start-jobs');
    return asText(statements.filter(({ Action }) => /ExecuteStatement|GetC|GetSecretValue/.test(asText(Action))));
  };

  it('a workgroup is named by its id', () => {
    expect(entry(workgroup)).toContain(`workgroup/${workgroup.SPECTRA_REDSHIFT_WORKGROUP_ID}`);
    expect(entry(workgroup)).not.toContain('workgroup/*');
    expect(entry({})).toContain('workgroup/*');
  });

  it('a cluster is entered as one database user of one database', () => {
    const text = entry(clusterWithUser);
    expect(text).toContain(':cluster:warehouse');
    expect(text).toContain(':dbuser:warehouse/exporter');
    expect(text).toContain(':dbname:warehouse/dev');
    expect(text).not.toContain('GetSecretValue');
  });

  it('a secret replaces the credentials of the role', () => {
    expect(entry(clusterWithSecret)).toContain(secretArn);
    expect(entry(clusterWithSecret)).not.toContain('GetClusterCredentials');
    expect(entry(trial)).not.toContain('GetCredentials');
  });
});

describe('as a tenant', () => {
  const entry = (context: Record<string, string>) =>
    asText(
      statementsOfLambda(synthesize(context), 'queries-api').filter(({ Action }) =>
        /ExecuteStatement|GetC|GetSecretValue|AssumeRole/.test(asText(Action)),
      ),
    );

  it('a database user is entered within its pattern and by no other', () => {
    const text = entry({ ...clusterWithUser, SPECTRA_TENANT_IDENTITY: 'db_user:tenant_{user}' });
    expect(text).toContain(':dbuser:warehouse/tenant_*');
    expect(text).not.toContain('exporter');
  });

  it('a secret is read within its pattern', () => {
    const text = entry({ ...workgroup, SPECTRA_TENANT_IDENTITY: 'secret:redshift/{user}' });
    expect(text).toContain(':secret:redshift/*-??????');
    expect(text).not.toContain('GetCredentials');
  });

  it('a role is assumed, and runs the statements itself', () => {
    const text = entry({ SPECTRA_TENANT_IDENTITY: 'role:arn:aws:iam::123456789012:role/tenant-{user}' });
    expect(text).toContain('arn:aws:iam::123456789012:role/tenant-*');
    expect(text).not.toMatch(/ExecuteStatement|GetCredentials/);
  });
});

describe('the role that Redshift writes with', () => {
  const roleId = (context: Record<string, string>) => {
    const synthesized = synthesize(context);
    const [id] = Object.keys(synthesized.ofType('AWS::IAM::Role')).filter((each) => each.startsWith('Unload'));
    return { synthesized, id: id ?? '' };
  };

  it('can write results and read uploads, and no more', () => {
    const { synthesized, id } = roleId(workgroup);
    const statements = statementsOf(synthesized, id);
    expect(actionsOf(statements)).toEqual([
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    const reads = statements.filter(({ Action }) => Action.includes('s3:GetObject'));
    expect(asText(reads.map(({ Resource }) => Resource))).toMatch(/^[^*]*\/uploads\/\*[^*]*$/);
    const writes = statements.filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(asText(writes.map(({ Resource }) => Resource))).toMatch(/^[^*]*\/results\/\*[^*]*$/);
  });

  it.each([
    [workgroup, ':dbuser:analytics/*'],
    [clusterWithUser, ':dbuser:warehouse/exporter'],
    [clusterWithSecret, ':dbuser:warehouse/*'],
    [{ ...clusterWithUser, SPECTRA_TENANT_IDENTITY: 'db_user:tenant_{user}' }, ':dbuser:warehouse/tenant_*'],
    [trial, ':dbuser:spectra-bulk-trial/*'],
  ])('is lent to the database users of its warehouse alone: %j', (context, users) => {
    const { synthesized, id } = roleId(context);
    const trust = asText(synthesized.ofType('AWS::IAM::Role')[id]?.Properties.AssumeRolePolicyDocument);
    expect(trust).toContain(users);
    expect(trust.match(/sts:AssumeRole/g)?.length).toBe(trust.match(/sts:ExternalId/g)?.length);
  });

  it('is not made where the operator has one', () => {
    const { synthesized, id } = roleId({
      ...workgroup,
      SPECTRA_UNLOAD_ROLE_ARN: 'arn:aws:iam::123456789012:role/unload',
    });
    expect(id).toBe('');
    expect(synthesized.template.findOutputs('UnloadRoleArn')).toMatchObject({
      UnloadRoleArn: { Value: 'arn:aws:iam::123456789012:role/unload' },
    });
  });
});

describe('the table of permissions and the calls of the adapters', () => {
  const files = readdirSync(join(project, 'adapters'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const code = files.map((file) => readFileSync(join(project, 'adapters', file), 'utf8')).join('\n');
  const service: Record<string, string> = {
    BatchExecuteStatement: 'redshift-data',
    DescribeTable: 'redshift-data',
    ExecuteStatement: 'redshift-data',
    CancelStatement: 'redshift-data',
    DescribeStatement: 'redshift-data',
    GetStatementResult: 'redshift-data',
    ListStatements: 'redshift-data',
  };
  /** Calls that are allowed under another name than their own. */
  const allowedAs: Record<string, string[]> = {
    // Where tenants have roles of their own, and only there: see "as a tenant" above.
    AssumeRole: [],
    // Needs no permission, and only the command line asks.
    GetCallerIdentity: [],
    CompleteMultipartUpload: ['s3:PutObject'],
    CreateMultipartUpload: ['s3:PutObject'],
    AbortMultipartUpload: ['s3:AbortMultipartUpload'],
    ListParts: ['s3:ListMultipartUploadParts'],
    DeleteObjects: ['s3:DeleteObject'],
    HeadObject: ['s3:GetObject'],
    ListObjectsV2: ['s3:ListBucket'],
    TransactWriteItems: ['Put', 'Update', 'Delete', 'ConditionCheck'].flatMap((write) =>
      new RegExp(`\\b${write}: ?\\{`).test(code) ? [`dynamodb:${write}Item`] : [],
    ),
  };
  const commands = [...new Set([...code.matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, name]) => name ?? ''))];
  const called = commands.flatMap((name) => {
    const known = allowedAs[name];
    if (known !== undefined) return known;
    return [`${service[name] ?? (name.endsWith('Object') ? 's3' : 'dynamodb')}:${name}`];
  });
  // Reads of objects, the presigned ones included, are signed requests without a command.
  const read = /method: '(GET|HEAD)'/.test(code) ? ['s3:GetObject'] : [];
  // As is listing what is uploaded in parts.
  if (code.includes("'max-uploads'")) read.push('s3:ListBucketMultipartUploads');
  const granted = lambdaNames.flatMap((name) => permissions[name].flatMap(({ actions }) => actions));

  it('agree: nothing is called that no Lambda may, nothing is allowed that nobody calls', () => {
    expect([...new Set([...called, ...read])].sort()).toEqual([...new Set(granted)].sort());
  });
});
