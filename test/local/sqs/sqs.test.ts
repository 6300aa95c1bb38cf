import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startSqs, type SqsServer } from '../../../local/sqs/start-sqs.ts';

describe('local SQS', () => {
  let server: SqsServer;
  let client: SQSClient;
  let nowMs = Date.parse('2026-01-01T00:00:00Z');

  beforeAll(async () => {
    server = await startSqs({ region: 'us-east-1', accountId: '000000000000', clock: () => new Date(nowMs) });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
    client = new SQSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  let count = 0;
  const createQueue = async (Attributes: Record<string, string> = {}): Promise<string> => {
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: `queue-${++count}`, Attributes }));
    return QueueUrl;
  };
  const send = (QueueUrl: string, MessageBody: string) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (QueueUrl: string, more: object = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
  const bodies = async (url: string) => (await receive(url)).map(({ Body }) => Body);
  const counts = async (QueueUrl: string) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;

  it('hides a received message until its visibility timeout, then gives it out again, until it is deleted', async () => {
    const url = await createQueue({ VisibilityTimeout: '30' });
    await send(url, 'once');
    const [first] = await receive(url);
    expect(first).toMatchObject({ Body: 'once', Attributes: { ApproximateReceiveCount: '1' } });
    expect(await bodies(url)).toEqual([]);
    expect(await counts(url)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    nowMs += 31_000;
    const [second] = await receive(url);
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await counts(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    nowMs += 31_000;
    expect(await bodies(url)).toEqual([]);
  });

  it('moves a message to the dead-letter queue after maxReceiveCount receives', async () => {
    const dead = await createQueue();
    const deadLetterTargetArn = (await counts(dead))?.QueueArn;
    const url = await createQueue({ VisibilityTimeout: '0' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } }));
    await send(url, 'poison');
    expect([await bodies(url), await bodies(url), await bodies(url)]).toEqual([['poison'], ['poison'], []]);
    expect(await bodies(dead)).toEqual(['poison']);
  });

  it('wakes a long poll as soon as a message arrives', async () => {
    const url = await createQueue();
    const polling = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'arrived');
    expect((await polling).map(({ Body }) => Body)).toEqual(['arrived']);
  });

  it('wakes a long poll when somebody gives a message back', async () => {
    const url = await createQueue();
    await send(url, 'back');
    const [held] = await receive(url);
    const polling = receive(url, { WaitTimeSeconds: 20 });
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: held?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await polling).toHaveLength(1);
  });

  it('keeps the order and content of a batch, delays what is to be delayed, and can be purged', async () => {
    const url = await createQueue();
    const Entries = [
      { Id: 'a', MessageBody: 'first' },
      { Id: 'b', MessageBody: 'later', DelaySeconds: 60 },
      { Id: 'c', MessageBody: 'ünï', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } },
    ];
    const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b', 'c']);
    expect(await counts(url)).toMatchObject({
      ApproximateNumberOfMessages: '2',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    const messages = await receive(url, { MessageAttributeNames: ['All'] });
    expect(messages.map(({ Body }) => Body)).toEqual(['first', 'ünï']);
    expect(messages[1]?.MessageAttributes).toEqual({ kind: { DataType: 'String', StringValue: 'x' } });
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    nowMs += 61_000;
    expect(await bodies(url)).toEqual([]);
  });

  it('finds queues by name, creates them once and says which are missing', async () => {
    const url = await createQueue({ VisibilityTimeout: '7' });
    const QueueName = url.split('/').at(-1) ?? '';
    const create = (VisibilityTimeout: string) =>
      client.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
    expect((await create('7')).QueueUrl).toBe(url);
    await expect(create('8')).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(url);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))).QueueUrls).toEqual([url]);
    const missing = client.send(new GetQueueUrlCommand({ QueueName: 'missing' }));
    await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
