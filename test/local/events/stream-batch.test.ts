import type { DynamoDBRecord } from 'aws-lambda';
import { processStreamBatch, type DiscardedBatch } from '../../../local/events/stream-batch.ts';
import { TooManyRequestsError, type InvocationResult } from '../../../local/lambda/invocation.ts';
import { EventSourceMappingProperties } from '../../../local/template/resources/lambda.ts';

const record = (id: string, age = 0): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber: id, ApproximateCreationDateTime: Date.now() / 1000 - age },
});
const succeed = (response: unknown = null): InvocationResult => ({
  kind: 'success',
  requestId: 'r',
  payload: JSON.stringify(response),
});
const fail: InvocationResult = { kind: 'error', requestId: 'r', error: { errorType: 'Error', errorMessage: 'x' } };

/** Processes records with a function that `answer` stands for; tells the batches that it got and what was given up. */
async function run(
  records: DynamoDBRecord[],
  properties: object,
  answer: (ids: string[], call: number) => InvocationResult,
) {
  const batches: string[][] = [];
  const discarded: DiscardedBatch[] = [];
  const invoke = (payload: string) => {
    const { Records } = JSON.parse(payload) as { Records: DynamoDBRecord[] };
    const ids = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
    batches.push(ids);
    return Promise.resolve().then(() => answer(ids, batches.length));
  };
  await processStreamBatch(records, {
    pool: { invoke },
    properties: EventSourceMappingProperties.parse({ EventSourceArn: 'a', FunctionName: 'f', ...properties }),
    signal: new AbortController().signal,
    discard: (batch) => Promise.resolve(void discarded.push(batch)),
    backoff: 1,
  });
  const givenUp = discarded.map(({ reason, records: lost }) => [
    reason,
    lost.map(({ dynamodb }) => dynamodb?.SequenceNumber),
  ]);
  return { batches, givenUp };
}

describe('a batch of stream records', () => {
  const four = ['1', '2', '3', '4'].map((id) => record(id));

  it('is done when the function returns', async () => {
    expect(await run(four, {}, () => succeed())).toEqual({ batches: [['1', '2', '3', '4']], givenUp: [] });
  });

  it('is halved until the poisonous record stands alone, and only that one is given up', async () => {
    const properties = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 };
    const { batches, givenUp } = await run(four, properties, (ids) => (ids.includes('3') ? fail : succeed()));
    expect(batches).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['3'], ['4']]);
    expect(givenUp).toEqual([['RetryAttemptsExhausted', ['3']]]);
  });

  it('goes on at the first record that the function names, and repeats none before it', async () => {
    const properties = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 5 };
    const { batches } = await run(four, properties, (_ids, call) =>
      succeed(
        call === 1
          ? { batchItemFailures: [{ itemIdentifier: '4' }, { itemIdentifier: '3' }] }
          : { batchItemFailures: [] },
      ),
    );
    expect(batches).toEqual([
      ['1', '2', '3', '4'],
      ['3', '4'],
    ]);
  });

  it.each([[[{ itemIdentifier: 'unknown' }]], [[{ itemIdentifier: '' }]], [[{}]]])(
    'counts as failed as a whole when the function names no record of it: %j',
    async (batchItemFailures) => {
      const properties = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 0 };
      const { givenUp } = await run(four, properties, () => succeed({ batchItemFailures }));
      expect(givenUp).toEqual([['RetryAttemptsExhausted', ['1', '2', '3', '4']]]);
    },
  );

  it('ignores failures that are reported without having been agreed on', async () => {
    const { batches } = await run(four, {}, () => succeed({ batchItemFailures: [{ itemIdentifier: '1' }] }));
    expect(batches).toHaveLength(1);
  });

  it('gives records up that are too old, without calling the function', async () => {
    const records = [record('old', 100), record('new')];
    const { batches, givenUp } = await run(records, { MaximumRecordAgeInSeconds: 60 }, () => succeed());
    expect({ batches, givenUp }).toEqual({ batches: [['new']], givenUp: [['RecordAgeExceeded', ['old']]] });
  });

  it('loses no try when the function is throttled', async () => {
    const { batches, givenUp } = await run(four, { MaximumRetryAttempts: 0 }, (_ids, call) => {
      if (call < 3) throw new TooManyRequestsError('f');
      return succeed();
    });
    expect([batches.length, givenUp]).toEqual([3, []]);
  });
});
