import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { awsCredentials, dynamoClient, redshiftClient, s3Client } from '../../adapters/aws-clients.ts';

const before = { ...process.env };
let silent: Server;
let calls = 0;

beforeAll(async () => {
  silent = createServer(() => (calls += 1)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local-secret',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  });
});

afterAll(() => {
  process.env = before;
  for (const client of [dynamoClient(), redshiftClient(), s3Client()]) client.destroy();
  silent.closeAllConnections();
  silent.close();
});

it('makes one client per service, with three attempts each, on one chain of credentials', async () => {
  expect(dynamoClient()).toBe(dynamoClient());
  expect(redshiftClient()).toBe(redshiftClient());
  expect(s3Client()).toBe(s3Client());
  expect(awsCredentials()).toBe(awsCredentials());
  for (const client of [dynamoClient(), redshiftClient(), s3Client()]) {
    expect(await client.config.maxAttempts()).toBe(3);
    expect(await client.config.region()).toBe('us-east-1');
    expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'local' });
  }
});

it('gives up a service that takes the call and never answers', async () => {
  const get = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'x' }, sk: { S: 'x' } } });
  await expect(dynamoClient().send(get)).rejects.toThrow(/timed? ?out|exceeded/i);
  expect(calls).toBe(3);
});
