import { ulid } from 'ulid';
import { JobId } from '../../contract/ids.ts';
import type { Clock, Ids } from '../../core/ports.ts';

/** ULIDs: ordered by the clock's millisecond, random within it. */
export class UlidIds implements Ids {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  jobId(): JobId {
    return JobId.parse(ulid(this.#clock.now().getTime()));
  }
}
