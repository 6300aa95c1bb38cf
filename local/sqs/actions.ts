import * as z from 'zod';
import { md5, Queue, type Message } from './queue.ts';
import { SqsError } from './sqs-error.ts';

export interface SqsState {
  queues: Map<string, Queue>;
  region: string;
  accountId: string;
  now: () => number;
  /** origin of the queue URLs, such as `http://127.0.0.1:4566` */
  origin: () => string;
}

type Action = (state: SqsState, body: unknown, gone: AbortSignal) => object | Promise<object>;

const MAX_BATCH = 10;
const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,80}$/,
    'must be 1 to 80 letters, digits, hyphens or underscores; FIFO queues are not implemented',
  );
const QueueUrl = z.string();
const Attributes = z.record(z.string(), z.string());
const Outgoing = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
});
const batchOf = <T extends z.ZodType>(entry: T) =>
  z.object({ QueueUrl, Entries: z.array(entry).min(1).max(MAX_BATCH) });
const SendBatch = batchOf(Outgoing.extend({ Id: z.string() }));
const DeleteBatch = batchOf(z.object({ Id: z.string(), ReceiptHandle: z.string() }));
const Receive = z.object({
  QueueUrl,
  MaxNumberOfMessages: z.number().int().min(1).max(MAX_BATCH).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
});

const urlOf = (state: SqsState, name: string): string => `${state.origin()}/${state.accountId}/${name}`;

function queueOf(state: SqsState, url: string): Queue {
  const queue = state.queues.get(url.split('/').at(-1) ?? '');
  if (!queue)
    throw new SqsError(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  return queue;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (!result.success) throw new SqsError('InvalidParameterValue', z.prettifyError(result.error));
  return result.data;
}

function createQueue(state: SqsState, body: unknown): object {
  const { QueueName, Attributes: given } = parse(
    z.object({ QueueName: Name, Attributes: Attributes.default({}) }),
    body,
  );
  const existing = state.queues.get(QueueName)?.allAttributes();
  const differs = existing && Object.entries(given).some(([name, value]) => existing[name] !== value);
  if (differs)
    throw new SqsError(
      'QueueNameExists',
      'A queue already exists with the same name and a different value.',
      'QueueAlreadyExists',
    );
  const arn = `arn:aws:sqs:${state.region}:${state.accountId}:${QueueName}`;
  if (!existing) state.queues.set(QueueName, new Queue(QueueName, arn, given, state.now));
  return { QueueUrl: urlOf(state, QueueName) };
}

const sent = (message: Message) => ({ MessageId: message.id, MD5OfMessageBody: md5(message.body) });

function received(message: Message): object {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    MessageAttributes: message.attributes,
    Attributes: {
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? 0),
      SenderId: 'local',
    },
  };
}

/** Receives now or, with a wait time, as soon as there is something to receive. */
async function receiveMessage(state: SqsState, body: unknown, gone: AbortSignal): Promise<object> {
  const wanted = parse(Receive, body);
  const queue = queueOf(state, wanted.QueueUrl);
  const deadLetters = (arn: string): Queue | undefined => state.queues.get(arn.split(':').at(-1) ?? '');
  const take = (): Message[] => queue.receive(wanted.MaxNumberOfMessages, wanted.VisibilityTimeout, deadLetters);
  const deadline = performance.now() + (wanted.WaitTimeSeconds ?? queue.waitSeconds()) * 1000;
  let messages = take();
  while (messages.length === 0 && performance.now() < deadline) {
    await arrival(queue, deadline - performance.now(), gone);
    if (gone.aborted) return {};
    messages = take();
  }
  return { Messages: messages.map(received) };
}

function arrival(queue: Queue, maxMs: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      gone.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(maxMs, Math.max(queue.nextVisibleIn() ?? maxMs, 5)));
    const stop = queue.onArrival(done);
    gone.addEventListener('abort', done);
  });
}

function getQueueAttributes(state: SqsState, body: unknown): object {
  const wanted = parse(z.object({ QueueUrl, AttributeNames: z.array(z.string()).default([]) }), body);
  const all = Object.entries(queueOf(state, wanted.QueueUrl).allAttributes());
  const names = new Set(wanted.AttributeNames);
  return { Attributes: Object.fromEntries(all.filter(([name]) => names.has('All') || names.has(name))) };
}

/** By the name after `AmazonSQS.` in X-Amz-Target. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  CreateQueue: createQueue,
  DeleteQueue: (state, body) => {
    const queue = queueOf(state, parse(z.object({ QueueUrl }), body).QueueUrl);
    state.queues.delete(queue.name);
    return {};
  },
  GetQueueUrl: (state, body) => {
    const { name } = queueOf(state, parse(z.object({ QueueName: z.string() }), body).QueueName);
    return { QueueUrl: urlOf(state, name) };
  },
  ListQueues: (state, body) => {
    const prefix = parse(z.object({ QueueNamePrefix: z.string().default('') }), body).QueueNamePrefix;
    const names = [...state.queues.keys()].filter((name) => name.startsWith(prefix)).sort();
    return { QueueUrls: names.map((name) => urlOf(state, name)) };
  },
  GetQueueAttributes: getQueueAttributes,
  SetQueueAttributes: (state, body) => {
    const wanted = parse(z.object({ QueueUrl, Attributes }), body);
    queueOf(state, wanted.QueueUrl).setAttributes(wanted.Attributes);
    return {};
  },
  SendMessage: (state, body) => {
    const wanted = parse(Outgoing.extend({ QueueUrl }), body);
    return sent(
      queueOf(state, wanted.QueueUrl).send(wanted.MessageBody, wanted.MessageAttributes, wanted.DelaySeconds),
    );
  },
  SendMessageBatch: (state, body) => {
    const wanted = parse(SendBatch, body);
    const queue = queueOf(state, wanted.QueueUrl);
    return {
      Successful: wanted.Entries.map((entry) => ({
        Id: entry.Id,
        ...sent(queue.send(entry.MessageBody, entry.MessageAttributes, entry.DelaySeconds)),
      })),
      Failed: [],
    };
  },
  ReceiveMessage: receiveMessage,
  DeleteMessage: (state, body) => {
    const wanted = parse(z.object({ QueueUrl, ReceiptHandle: z.string() }), body);
    queueOf(state, wanted.QueueUrl).delete(wanted.ReceiptHandle);
    return {};
  },
  DeleteMessageBatch: (state, body) => {
    const wanted = parse(DeleteBatch, body);
    const queue = queueOf(state, wanted.QueueUrl);
    for (const { ReceiptHandle } of wanted.Entries) queue.delete(ReceiptHandle);
    return { Successful: wanted.Entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  ChangeMessageVisibility: (state, body) => {
    const wanted = parse(
      z.object({ QueueUrl, ReceiptHandle: z.string(), VisibilityTimeout: z.number().int().min(0) }),
      body,
    );
    queueOf(state, wanted.QueueUrl).changeVisibility(wanted.ReceiptHandle, wanted.VisibilityTimeout);
    return {};
  },
  PurgeQueue: (state, body) => {
    queueOf(state, parse(z.object({ QueueUrl }), body).QueueUrl).purge();
    return {};
  },
};
