import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { items, keys } from '../../../adapters/dynamo/records.ts';
import type { RequestRecord } from '../../../contract/records.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { cleanUpFilters, startFilters } from '../../../lib/constructs/stream-filters.ts';
import { compilePattern, type Matcher } from '../../../local/events/pattern.ts';
import { assertEdge, assertPins, assertPlaces } from './invariants.ts';
import type { World } from './world.ts';

type Image = Record<string, AttributeValue>;
export type Reader = 'start-jobs' | 'clean-up';

/** Records of one partition key, for one function: in order, one batch at a time. */
export interface Queue {
  reader: Reader;
  partition: string;
  records: DynamoDBRecord[];
  busy: boolean;
}

const passing = (filters: typeof startFilters): Matcher => {
  const matchers = Object.values(filters).map(compilePattern);
  return (record) => matchers.some((matches) => matches(record));
};
const passes: Record<Reader, Matcher> = { 'start-jobs': passing(startFilters), 'clean-up': passing(cleanUpFilters) };

/** The table's stream, made of what each write changes, through the filters of the stack. */
export class Streams {
  readonly queues = new Map<string, Queue>();
  /** What was delivered, and may come again, with when it was written. */
  readonly delivered: { reader: Reader; record: DynamoDBRecord; at: number }[] = [];
  readonly #world: World;
  readonly #jobs = new Map<string, Job>();
  readonly #requests = new Map<string, RequestRecord>();
  #admission: Image | undefined;
  #admissionText = '';
  #sequence = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Called after every single write: finds what it changed. */
  observe(touchesAdmission: boolean): void {
    const { tables } = this.#world;
    changes(this.#jobs, tables.jobs, (before, after) => {
      this.#world.guard(() => assertEdge(this.#world, before, after));
      if (!before && after) this.#world.known.push({ tenant_id: after.tenant_id, job_id: after.job_id });
      this.#emit(before && items.job(before), after && items.job(after));
    });
    changes(this.#requests, tables.requests, (before, after) => {
      this.#world.guard(() => assertPins(before, after));
      this.#emit(before && items.request(before), after && items.request(after));
    });
    this.#world.guard(() => assertPlaces(this.#world));
    const image = this.#admissionImage();
    const text = JSON.stringify(image);
    if (text === this.#admissionText && !touchesAdmission) return;
    this.#emit(this.#admission, image);
    this.#admission = image;
    this.#admissionText = text;
  }

  #admissionImage(): Image {
    const { cluster, waiting, last_tenant } = this.#world.tables;
    const set = (name: string, values: string[]) => (values.length > 0 ? { [name]: new Set(values) } : {});
    const fields = {
      type: 'admission',
      ...set('holders', [...cluster.keys()]),
      ...set('waiting', [...waiting]),
      ...(last_tenant && { last_tenant }),
    };
    return { ...keys.cluster(), ...marshall(fields) } as Image;
  }

  #emit(before: unknown, after: unknown): void {
    this.#sequence += 1;
    const [OldImage, NewImage] = [before as Image | undefined, after as Image | undefined];
    const record: DynamoDBRecord = {
      eventID: `e${this.#sequence}`,
      eventName: !before ? 'INSERT' : after ? 'MODIFY' : 'REMOVE',
      dynamodb: {
        SequenceNumber: String(this.#sequence),
        ApproximateCreationDateTime: this.#world.now / 1000,
        ...(OldImage && { OldImage }),
        ...(NewImage && { NewImage }),
      },
    };
    const partition = (NewImage ?? OldImage)?.pk?.S ?? '';
    for (const reader of ['start-jobs', 'clean-up'] as const) {
      if (!passes[reader](record)) continue;
      const name = `${reader} ${partition}`;
      const queue = this.queues.get(name) ?? { reader, partition, records: [], busy: false };
      queue.records.push(record);
      this.queues.set(name, queue);
    }
  }

  ready(): Queue[] {
    return [...this.queues.values()].filter(({ busy, records }) => !busy && records.length > 0);
  }
}

/** The fake puts a new object for every change, so that it is known by its identity. */
function changes<Item>(
  seen: Map<string, Item>,
  now: ReadonlyMap<string, Item>,
  tell: (before: Item | undefined, after: Item | undefined) => void,
): void {
  for (const [name, item] of now) {
    const before = seen.get(name);
    if (before === item) continue;
    seen.set(name, item);
    tell(before, item);
  }
  for (const [name, before] of [...seen]) {
    if (now.has(name)) continue;
    seen.delete(name);
    tell(before, undefined);
  }
}
