import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import type { FunctionPool } from '../lambda/function-pool.ts';
import { TooManyRequestsError, type InvocationResult } from '../lambda/invocation.ts';
import type { EventSourceMappingProperties } from '../template/resources/lambda.ts';

/** Why records were given up. */
export type DiscardReason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface DiscardedBatch {
  reason: DiscardReason;
  records: readonly DynamoDBRecord[];
  /** How often the function was called with them. */
  attempts: number;
  last: InvocationResult | undefined;
}

export interface StreamBatchOptions {
  pool: Pick<FunctionPool, 'invoke'>;
  properties: EventSourceMappingProperties;
  signal: AbortSignal;
  /** Called with what could not be processed. */
  discard: (batch: DiscardedBatch) => Promise<void>;
  /** Milliseconds before the first retry, doubled up to 2 s; default 50. */
  backoff?: number;
}

const BatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish(),
});

/**
 * Processes records in order, with the retries, the halving and the limits of the mapping. Returns when each record was
 * either processed or given up.
 */
export async function processStreamBatch(
  records: readonly DynamoDBRecord[],
  options: StreamBatchOptions,
): Promise<void> {
  const { properties, discard, signal } = options;
  let left = records;
  let attempts = 0;
  let last: InvocationResult | undefined;
  while (left.length > 0) {
    signal.throwIfAborted();
    const [tooOld, young] = splitByAge(left, properties.MaximumRecordAgeInSeconds);
    if (tooOld.length > 0) await discard({ reason: 'RecordAgeExceeded', records: tooOld, attempts, last });
    left = young;
    if (left.length === 0) return;
    last = await invokeWhenFree(options.pool, left, signal);
    attempts += 1;
    const remaining = unprocessed(left, last, properties);
    if (remaining.length === 0) return;
    // Halving costs no retry, or a large batch would use all of them up before the bad record stands alone.
    if (properties.BisectBatchOnFunctionError && remaining.length > 1) {
      const middle = Math.ceil(remaining.length / 2);
      await processStreamBatch(remaining.slice(0, middle), options);
      await processStreamBatch(remaining.slice(middle), options);
      return;
    }
    if (properties.MaximumRetryAttempts >= 0 && attempts > properties.MaximumRetryAttempts) {
      await discard({ reason: 'RetryAttemptsExhausted', records: remaining, attempts, last });
      return;
    }
    left = remaining;
    await delay(Math.min(2000, (options.backoff ?? 50) * 2 ** (attempts - 1)), undefined, { signal });
  }
}

/** What has to be tried again: all, or everything from the first record that the function names. */
function unprocessed(
  records: readonly DynamoDBRecord[],
  result: InvocationResult,
  { FunctionResponseTypes }: EventSourceMappingProperties,
): readonly DynamoDBRecord[] {
  if (result.kind === 'error') return records;
  if (FunctionResponseTypes.length === 0) return [];
  const response = BatchResponse.nullish().safeParse(JSON.parse(result.payload));
  if (!response.success) return records;
  const failures = response.data?.batchItemFailures ?? [];
  if (failures.length === 0) return [];
  const positions = failures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  );
  return positions.includes(-1) ? records : records.slice(Math.min(...positions));
}

function splitByAge(
  records: readonly DynamoDBRecord[],
  maximum: number,
): [readonly DynamoDBRecord[], readonly DynamoDBRecord[]] {
  if (maximum < 0) return [[], records];
  const oldest = Date.now() / 1000 - maximum;
  const isOld = ({ dynamodb }: DynamoDBRecord) => (dynamodb?.ApproximateCreationDateTime ?? Infinity) < oldest;
  return [records.filter(isOld), records.filter((record) => !isOld(record))];
}

async function invokeWhenFree(
  pool: StreamBatchOptions['pool'],
  records: readonly DynamoDBRecord[],
  signal: AbortSignal,
) {
  for (;;) {
    try {
      return await pool.invoke(JSON.stringify({ Records: records }));
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) throw error;
      await delay(50, undefined, { signal });
    }
  }
}
