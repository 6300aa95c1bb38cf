import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../template/load-stack.ts';
import { bareFunctionName } from '../template/physical-names.ts';
import { EventInvokeConfigProperties } from '../template/resources/lambda.ts';
import type { FunctionPool } from './function-pool.ts';
import { TooManyRequestsError, type InvocationResult } from './invocation.ts';

/** A message for a queue, with text attributes. */
export interface QueueMessage {
  body: string;
  attributes?: Readonly<Record<string, string>>;
}

export interface AsyncInvokerOptions {
  stack: Stack;
  /** Sends to an SQS queue, by its ARN. */
  sendToQueue: (queueArn: string, message: QueueMessage) => Promise<void>;
  log: (text: string) => void;
  /** Milliseconds before the first retry, doubled for each further one; Lambda waits a minute, here the default is 200. */
  backoff?: number;
}

/** Lambda's queue of asynchronous events: tries again, and in the end hands the event to a destination or dead-letter queue. */
export interface AsyncInvoker {
  /** Accepts the event and returns; `payload` is JSON text. */
  accept: (pool: FunctionPool, payload: string) => void;
  /** Resolves when nothing accepted is left to do. */
  settled: () => Promise<void>;
  /** No more tries. */
  stop: () => Promise<void>;
}

type Config = Omit<EventInvokeConfigProperties, 'FunctionName'>;
const defaults: Config = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600, DestinationConfig: {} };

/** Reads the `EventInvokeConfig`s of the stack. */
export function createAsyncInvoker(options: AsyncInvokerOptions): AsyncInvoker {
  const { stack, log } = options;
  const resources = stack.resourcesOf('AWS::Lambda::EventInvokeConfig', EventInvokeConfigProperties);
  const configs = new Map(resources.map(({ properties }) => [bareFunctionName(properties.FunctionName), properties]));
  const pending = new Set<Promise<void>>();
  const stopping = new AbortController();
  return {
    accept: (pool, payload) => {
      const config = configs.get(pool.definition.name) ?? defaults;
      const work = process(pool, payload, { config, options, signal: stopping.signal })
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) log(`An event for ${pool.definition.label} was lost: ${String(error)}`);
        })
        .finally(() => pending.delete(work));
      pending.add(work);
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(pending);
    },
  };
}

interface Work {
  config: Config;
  options: AsyncInvokerOptions;
  signal: AbortSignal;
}

async function process(pool: FunctionPool, payload: string, { config, options, signal }: Work): Promise<void> {
  const requestId = randomUUID();
  const accepted = Date.now();
  let result: InvocationResult | undefined;
  let tries = 0;
  while (tries <= config.MaximumRetryAttempts) {
    if (tries > 0) await delay((options.backoff ?? 200) * 2 ** (tries - 1), undefined, { signal });
    if (Date.now() - accepted > config.MaximumEventAgeInSeconds * 1000) break;
    result = await invokeWhenFree(pool, payload, requestId, signal);
    tries += 1;
    if (result.kind === 'success') {
      await report(config.DestinationConfig.OnSuccess?.Destination, 'Success', result);
      return;
    }
  }
  const exhausted = tries > config.MaximumRetryAttempts;
  await report(
    config.DestinationConfig.OnFailure?.Destination,
    exhausted ? 'RetriesExhausted' : 'EventAgeExceeded',
    result,
  );
  if (pool.definition.deadLetterArn !== undefined) {
    await options.sendToQueue(pool.definition.deadLetterArn, deadLetter(payload, requestId, result));
  }

  async function report(queueArn: string | undefined, condition: string, last: InvocationResult | undefined) {
    if (queueArn === undefined) return;
    const body = invocationRecord({ pool, payload, requestId, tries, condition, last });
    await options.sendToQueue(queueArn, { body: JSON.stringify(body) });
  }
}

/** A throttled event goes back to Lambda's queue and costs no try. */
async function invokeWhenFree(pool: FunctionPool, payload: string, requestId: string, signal: AbortSignal) {
  for (;;) {
    try {
      return await pool.invoke(payload, requestId);
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) throw error;
      await delay(50, undefined, { signal });
    }
  }
}

function deadLetter(payload: string, requestId: string, last: InvocationResult | undefined): QueueMessage {
  const message = last?.kind === 'error' ? last.error.errorMessage : 'Event age exceeded';
  return {
    body: payload,
    attributes: { RequestID: requestId, ErrorCode: '200', ErrorMessage: message.slice(0, 1024) },
  };
}

interface RecordInput {
  pool: FunctionPool;
  payload: string;
  requestId: string;
  tries: number;
  condition: string;
  last: InvocationResult | undefined;
}

/** The document that Lambda sends to a destination. */
function invocationRecord({ pool, payload, requestId, tries, condition, last }: RecordInput): unknown {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${pool.definition.arn}:$LATEST`,
      condition,
      approximateInvokeCount: tries,
    },
    requestPayload: JSON.parse(payload) as unknown,
    ...(last !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(last.kind === 'error' && { functionError: 'Unhandled' }),
      },
      responsePayload: last.kind === 'error' ? last.error : (JSON.parse(last.payload) as unknown),
    }),
  };
}
