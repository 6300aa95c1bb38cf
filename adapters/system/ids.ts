import { randomUUID } from 'node:crypto';
import { ulid } from 'ulid';
import { JobId } from '../../contract/ids.ts';
import type { Ids } from '../../core/ports.ts';

/** ULIDs: ordered by the millisecond, random within it. */
export class UlidIds implements Ids {
  jobId(at: Date): JobId {
    return JobId.parse(ulid(at.getTime()));
  }

  leaseId(): string {
    return randomUUID();
  }
}
