import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type LocalAws, startLocal } from '../../local/start.ts';
import { until } from '../e2e/support/client.ts';
import { synthesize } from '../infra/stack.ts';
import { root } from './documents.ts';
import { snippetsOf } from './snippets.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocal({ tenantId: 'acme' });
});
afterAll(() => aws.stop());

const Values = z.record(z.string(), z.object({ S: z.string() }));
const GetItem = z.strictObject({ TableName: z.string(), Key: Values });
const Query = z.strictObject({
  TableName: z.string(),
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: Values,
});

/** A command of the AWS CLI: its words, and its options in the SDK's spelling, values read as JSON where they are. */
function awsCommand(line: string): { words: string; input: Record<string, unknown> } {
  const parts = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const at = parts.findIndex((part) => part.startsWith('--'));
  const input: Record<string, unknown> = {};
  for (let index = at; index < parts.length; index += 2) {
    const name = (parts[index] ?? '').slice(2).replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
    const value = parts[index + 1] ?? '';
    input[name] = value.startsWith('{') || /^\d+$/.test(value) ? (JSON.parse(value) as unknown) : value;
  }
  return { words: parts.slice(1, at).join(' '), input };
}

const runbook = async (): Promise<string> =>
  (await snippetsOf('docs/runbook.md', ['sh'])).map(({ code }) => code).join('\n');

it('the commands of the runbook that ask DynamoDB are ones that it answers', async () => {
  const text = (await runbook()).replaceAll('\\\n', ' ').replaceAll(/ +#.*$/gm, '');
  const lines = text.split('\n').filter((line) => line.startsWith('aws dynamodb'));
  expect(lines).toHaveLength(3);
  const where = { endpoint: aws.awsEndpointUrl, region: aws.region, credentials: aws.credentials };
  const table = new DynamoDBClient(where);
  const client = await fetch(`${aws.apiUrl}/bulk/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${aws.apiKey}`, 'content-type': 'application/json' },
    body: '{"operation":"query","query":"SELECT 1 AS one"}',
  });
  const { job_id } = (await client.json()) as { job_id: string };
  try {
    for (const line of lines) {
      const { words, input } = awsCommand(
        line.replaceAll('$TABLE', aws.outputs.TableName ?? '').replaceAll('01JD...', job_id),
      );
      switch (words) {
        case 'dynamodb get-item':
          expect((await table.send(new GetItemCommand(GetItem.parse(input)))).Item).toMatchObject({
            state: { S: 'Open' },
          });
          break;
        case 'dynamodb query':
          expect((await table.send(new QueryCommand(Query.parse(input)))).Items).toEqual(expect.any(Array));
          break;
        default:
          throw new Error(`Nobody knows what to do with: ${line}`);
      }
    }
  } finally {
    table.destroy();
  }
});

it('parts and outputs that are named in the runbook and in other pages exist, each once', async () => {
  const { template, ofType } = synthesize();
  const page = await readFile(join(root, 'docs/runbook.md'), 'utf8');
  const parts = [...page.matchAll(/\bpart\s+(AWS::[\w:]+)\s+(\w+)/g)];
  expect(parts.length).toBeGreaterThan(8);
  for (const [, type = '', name = ''] of parts)
    expect([type, name, Object.keys(ofType(type)).filter((id) => id.startsWith(name)).length]).toEqual([type, name, 1]);
  const outputs = Object.keys(template.findOutputs('*'));
  const named = [...page.matchAll(/\$\(out (\w+)\)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !outputs.includes(name ?? ''))).toEqual([]);
  const deploy = await readFile(join(root, 'docs/deploy.md'), 'utf8');
  const listed = /The outputs ([^]*?) are what this takes/.exec(deploy)?.[1]?.match(/\w+(?=`)/g) ?? [];
  expect(listed.length).toBeGreaterThan(3);
  expect(listed.filter((name) => !outputs.includes(name))).toEqual([]);
});

it('the SQL of docs/deploy.md is taken by the warehouse', async () => {
  const statements = (await snippetsOf('docs/deploy.md', ['sql']))
    .map(({ code }) => code.replaceAll(/--.*$/gm, '').replaceAll('<role name>', 'start-jobs-role'))
    .join('\n')
    .split(';')
    .filter((sql) => sql.trim() !== '');
  expect(statements).toHaveLength(5);
  const before = [
    'CREATE SCHEMA sales',
    'CREATE TABLE sales.t (id INTEGER)',
    'CREATE USER tenant_acme PASSWORD DISABLE',
    'DROP SCHEMA spectra',
  ];
  const { awsEndpointUrl: endpoint, region, credentials } = aws;
  const warehouse = new RedshiftDataClient({ endpoint, region, credentials });
  try {
    const to = { WorkgroupName: 'default-workgroup', Database: 'dev' };
    const { Id } = await warehouse.send(new BatchExecuteStatementCommand({ ...to, Sqls: [...before, ...statements] }));
    const ended = await until('the end of the statements', async () => {
      const found = await warehouse.send(new DescribeStatementCommand({ Id }));
      return ['FINISHED', 'FAILED', 'ABORTED'].includes(found.Status ?? '') ? found : undefined;
    });
    expect([ended.Status, ended.Error]).toEqual(['FINISHED', undefined]);
  } finally {
    warehouse.destroy();
  }
});
