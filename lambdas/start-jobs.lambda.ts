import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { admitJob } from '../core/use-cases/admit-job.ts';
import { admitWaiting } from '../core/use-cases/admit-waiting.ts';
import { cancelStatement } from '../core/use-cases/cancel-statement.ts';
import { resubmitRun } from '../core/use-cases/submit-run.ts';
import { composeStartJobs, readStreamImage } from './shared/compose.ts';
import { eachRecord } from './shared/stream-batch.ts';

const deps = composeStartJobs();

/** What the filters of the stream's mapping let through (lib/constructs/stream-filters.ts), told apart by the new image. */
async function handle(record: DynamoDBRecord): Promise<void> {
  const image = readStreamImage(record.dynamodb?.NewImage ?? {});
  switch (image?.type) {
    case 'request':
      if (image.start) await admitJob(deps, { ...keyOf(image), attempt: 1 }, image);
      return;
    case 'admission':
      return admitWaiting(deps, {
        holders: image.holders.size,
        waiting: [...image.waiting],
        last_tenant: image.last_tenant,
      });
    case 'job': {
      const run = { ...keyOf(image), attempt: image.attempt };
      // A load that was closed is started by its request's record of the same write, which has the files in it.
      if (image.load && record.dynamodb?.OldImage?.state?.S === 'Open') return;
      if (image.state === 'UploadComplete') return admitJob(deps, run);
      if (image.state !== 'InProgress') return;
      // Also a run that is to stop: only its submission can tell whether there is a statement to cancel.
      if (image.resubmit_at) return resubmitRun(deps, run);
      return cancelStatement(deps, run, image.statement_id);
    }
    case undefined:
      return;
  }
}

const keyOf = ({ tenant_id, job_id }: Pick<Parameters<typeof admitJob>[1], 'tenant_id' | 'job_id'>) => ({
  tenant_id,
  job_id,
});

/** Of several changes of the admission record only the last one says how things are. */
function withoutOldWakes(records: DynamoDBRecord[]): DynamoDBRecord[] {
  const last = records.findLastIndex(isWake);
  return records.filter((record, index) => index === last || !isWake(record));
}

const isWake = (record: DynamoDBRecord): boolean => record.dynamodb?.NewImage?.type?.S === 'admission';

export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  eachRecord(withoutOldWakes(event.Records), handle, deps.telemetry);
