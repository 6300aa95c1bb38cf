import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { TooManyRequestsError, type InvocationResult } from '../lambda/invocation.ts';
import type { EventSourceMappingProperties } from '../template/resources/lambda.ts';
import { compilePattern } from './pattern.ts';

/** Calls one operation of the SQS engine, e.g. `ReceiveMessage`. */
export type CallSqs = (operation: string, input: unknown, signal?: AbortSignal) => Promise<unknown>;

export interface QueueMappingOptions {
  label: string;
  pool: FunctionPool;
  properties: EventSourceMappingProperties;
  queueUrl: string;
  region: string;
  callSqs: CallSqs;
  log: (text: string) => void;
}

/** A running `AWS::Lambda::EventSourceMapping` on an SQS queue. */
export interface QueueMapping {
  label: string;
  stop: () => Promise<void>;
}

const MessageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const Message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string().optional(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), MessageAttribute).default({}),
});
type Message = z.infer<typeof Message>;
const Received = z.object({ Messages: z.array(Message).nullish() });
const BatchResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() });

/** Starts to poll. What the function does not take comes back when its visibility timeout is over. */
export function startQueueMapping(options: QueueMappingOptions): QueueMapping {
  const stopping = new AbortController();
  const done = run(options, stopping.signal);
  return {
    label: options.label,
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

async function run(options: QueueMappingOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await step(options, signal);
    } catch (error) {
      if (isAbort(error)) return;
      options.log(`${options.label} could not poll its queue: ${String(error)}`);
      await delay(500, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function step(
  { pool, properties, queueUrl, region, callSqs }: QueueMappingOptions,
  signal: AbortSignal,
): Promise<void> {
  const request = {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(10, properties.BatchSize ?? 10),
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  const messages = Received.parse(await callSqs('ReceiveMessage', request, signal)).Messages ?? [];
  const filters = properties.FilterCriteria.Filters.map(({ Pattern }) => compilePattern(Pattern));
  const wanted = messages.filter(
    (message) => filters.length === 0 || filters.some((filter) => filter({ body: parsedBody(message.Body) })),
  );
  const failed = wanted.length === 0 ? [] : await deliver(wanted);
  const done = messages.filter(({ MessageId }) => !failed.includes(MessageId));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await callSqs('DeleteMessageBatch', { QueueUrl: queueUrl, Entries });

  async function deliver(batch: readonly Message[]): Promise<string[]> {
    const Records = batch.map((message) => toRecord(message, properties.EventSourceArn, region));
    const all = batch.map(({ MessageId }) => MessageId);
    try {
      return failures(await pool.invoke(JSON.stringify({ Records })), all, properties);
    } catch (error) {
      if (error instanceof TooManyRequestsError) return all;
      throw error;
    }
  }
}

function failures(
  result: InvocationResult,
  all: string[],
  { FunctionResponseTypes }: EventSourceMappingProperties,
): string[] {
  if (result.kind === 'error') return all;
  if (FunctionResponseTypes.length === 0) return [];
  const response = BatchResponse.nullish().safeParse(JSON.parse(result.payload));
  if (!response.success) return all;
  const failed = (response.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => all.includes(id)) ? failed : all;
}

function toRecord(message: Message, eventSourceARN: string, awsRegion: string): unknown {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          stringListValues: [],
          binaryListValues: [],
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}

function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
