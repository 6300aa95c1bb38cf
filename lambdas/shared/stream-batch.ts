import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { Telemetry } from '../../core/ports.ts';

/**
 * Handles a stream's records in order and stops at the first that fails: it and all behind it come again (bisected, a bounded
 * number of times, then to the dead-letter queue), those before it do not.
 */
export async function eachRecord(
  records: DynamoDBRecord[],
  handle: (record: DynamoDBRecord) => Promise<void>,
  telemetry: Telemetry,
): Promise<DynamoDBBatchResponse> {
  for (const record of records) {
    try {
      await handle(record);
    } catch (error) {
      const sequence = record.dynamodb?.SequenceNumber ?? '';
      telemetry.error('stream record failed', { event_id: record.eventID, sequence }, error);
      return { batchItemFailures: [{ itemIdentifier: sequence }] };
    }
  }
  return { batchItemFailures: [] };
}
