import { startQueueMapping, type QueueMapping } from '../events/queue-mapping.ts';
import { StreamMapping } from '../events/stream-mapping.ts';
import type { QueueMessage } from '../lambda/async-invoker.ts';
import type { FunctionRegistry } from '../lambda/function-registry.ts';
import type { Stack } from '../template/load-stack.ts';
import { EventSourceMappingProperties } from '../template/resources/lambda.ts';
import { QueueProperties } from '../template/resources/storage.ts';
import { callJson } from './json-client.ts';

export interface MappingsOptions {
  stack: Stack;
  functions: FunctionRegistry;
  sqsEndpoint: string;
  sendToQueue: (queueArn: string, message: QueueMessage) => Promise<void>;
  log: (text: string) => void;
}

/** The event source mappings of a stack. */
export interface Mappings {
  streams: readonly StreamMapping[];
  /** Starts to poll the queues, which must exist by now. */
  startQueues: () => QueueMapping[];
}

/** Reads the mappings; nothing is polled yet. */
export function readMappings(options: MappingsOptions): Mappings {
  const { stack, functions, log, sendToQueue } = options;
  const mappings = stack
    .resourcesOf('AWS::Lambda::EventSourceMapping', EventSourceMappingProperties)
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, label, properties }) => {
      const pool = functions.find(properties.FunctionName);
      if (pool === undefined) throw new Error(`${logicalId} calls a function that the template does not have`);
      return { label, pool, properties };
    });
  const ofSource = (service: string) =>
    mappings.filter(({ properties }) => properties.EventSourceArn.startsWith(`arn:aws:${service}:`));
  const known = [...ofSource('dynamodb'), ...ofSource('sqs')];
  const unknown = mappings.find((mapping) => !known.includes(mapping));
  if (unknown !== undefined) throw new Error(`${unknown.label} reads a source that is not run locally`);
  return {
    streams: ofSource('dynamodb').map((mapping) => new StreamMapping({ ...mapping, sendToQueue, log })),
    startQueues: () => ofSource('sqs').map((mapping) => startQueue(mapping, options)),
  };
}

type Mapping = Pick<ConstructorParameters<typeof StreamMapping>[0], 'label' | 'pool' | 'properties'>;

function startQueue(mapping: Mapping, { stack, sqsEndpoint, log }: MappingsOptions): QueueMapping {
  return startQueueMapping({
    ...mapping,
    queueUrl: queueUrlOf(stack, mapping.properties.EventSourceArn),
    region: stack.place.region,
    log,
    callSqs: (operation, input, signal) =>
      callJson({ endpoint: sqsEndpoint, target: `AmazonSQS.${operation}`, input, signal }),
  });
}

/** The URL of a queue of the stack, by its ARN. */
export function queueUrlOf(stack: Stack, queueArn: string): string {
  const queues = stack.resourcesOf('AWS::SQS::Queue', QueueProperties);
  const found = queues.find(({ attributes }) => attributes.Arn === queueArn);
  if (found === undefined) throw new Error(`The stack has no queue ${queueArn}`);
  return found.ref;
}

/** Sends messages to queues of the stack by ARN, past the counting endpoint. */
export function queueSender(stack: Stack, sqsEndpoint: string): MappingsOptions['sendToQueue'] {
  return async (queueArn, { body, attributes = {} }) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    const input = { QueueUrl: queueUrlOf(stack, queueArn), MessageBody: body, MessageAttributes };
    await callJson({ endpoint: sqsEndpoint, target: 'AmazonSQS.SendMessage', input });
  };
}
