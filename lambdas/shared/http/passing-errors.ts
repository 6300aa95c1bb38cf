/** Errors of what stands under the service that pass by themselves, by the names that the AWS SDK gives them. */
const passing = new Set([
  'TimeoutError',
  'ConditionalRequestConflict',
  'OperationAborted',
  'SlowDown',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'InternalServerError',
]);
const passingReasons = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

interface Cancelled {
  CancellationReasons?: readonly { Code?: string }[];
}

/** Whether the same request may well succeed a moment later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (passing.has(error.name)) return true;
  const { CancellationReasons: reasons = [] } = error as Error & Cancelled;
  return error.name === 'TransactionCanceledException' && reasons.some(({ Code = '' }) => passingReasons.has(Code));
}
