import { LoadOperation } from '../../contract/load.ts';

/** A pattern of Lambda's event filtering: leaves are lists of what a value may be. */
export type FilterPattern = Readonly<Record<string, unknown>>;

const present = [{ exists: true }];
const absent = [{ exists: false }];
const job = { type: { S: ['job'] } };
const running = { ...job, state: { S: ['InProgress'] } };

/** The records that start-jobs is called for; five is the most that Lambda allows a mapping without asking for more. */
export const startFilters: Readonly<Record<string, FilterPattern>> = {
  'a request that starts at once was created, or that of a load was closed': {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { NewImage: { type: { S: ['request'] }, start: { BOOL: [true] } } },
  },
  'an open job was started, or an ended one is to run again': {
    eventName: ['MODIFY'],
    dynamodb: {
      NewImage: { ...job, state: { S: ['UploadComplete'] } },
      OldImage: { state: { S: ['Open', 'Failed', 'Aborted'] } },
    },
  },
  'a running job is to be cancelled': {
    eventName: ['MODIFY'],
    dynamodb: { NewImage: { ...running, desired_state: { S: present } }, OldImage: { desired_state: { S: absent } } },
  },
  'the warehouse has somebody waiting': {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { NewImage: { type: { S: ['admission'] }, sk: { S: ['CLUSTER'] }, waiting: { SS: present } } },
  },
  'a run is to be submitted again': {
    eventName: ['MODIFY'],
    dynamodb: { NewImage: { ...running, resubmit_at: { S: present }, statement_id: { S: absent } } },
  },
};

/** A job is gone, by request or by its ttl, or ended without a result, or before it was closed: its files are to go too; or a load is complete. */
export const cleanUpFilters: Readonly<Record<string, FilterPattern>> = {
  'a job was deleted': { eventName: ['REMOVE'], dynamodb: { OldImage: job } },
  'a load is complete': {
    eventName: ['MODIFY'],
    dynamodb: {
      NewImage: { ...job, state: { S: ['JobComplete'] }, load: { M: { max_errors: { N: present } } } },
      OldImage: { state: { S: ['InProgress'] } },
    },
  },
  'a run ended without a result': {
    eventName: ['MODIFY'],
    dynamodb: {
      NewImage: { ...job, state: { S: ['Failed', 'Aborted', 'UploadComplete'] } },
      OldImage: { state: { S: ['InProgress'] } },
    },
  },
  'a load was cancelled before it was closed': {
    eventName: ['MODIFY'],
    dynamodb: {
      NewImage: { ...job, state: { S: ['Aborted'] }, operation: { S: LoadOperation.options } },
      OldImage: { state: { S: ['Open'] } },
    },
  },
};
