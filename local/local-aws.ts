import type { DynamoDBRecord } from 'aws-lambda';
import type { CallCounts } from './aws/call-counts.ts';
import type { MetricsCall } from './aws/metrics-store.ts';
import type { NewBusEvent } from './events/bus-event.ts';
import type { EventBus } from './events/event-bus.ts';
import type { EventFaults } from './events/faults.ts';
import type { Clock } from './events/clock.ts';
import type { InvocationCounters } from './lambda/invocation-counters.ts';
import type { LogLine } from './lambda/function-process.ts';
import type { IssueKey } from './issue-key.ts';
import type { Redshift, RedshiftOptions } from './redshift/start-redshift.ts';

export interface LocalOptions {
  /** Port of the API; the AWS endpoint takes the next one. Default: free ports. */
  port?: number;
  /** Where tables, files and warehouse are kept; default: nowhere, all is gone at the end. */
  dataDir?: string;
  /** Warehouse tables to load, by name: .parquet, .csv or .json files. */
  load?: Readonly<Record<string, string>>;
  /** Secrets of the warehouse and the memory of its engine; for tests: a warehouse that takes few statements, or is held at a status or within a batch. */
  warehouse?: Pick<RedshiftOptions, 'secrets' | 'memoryLimit' | 'maxActiveStatements' | 'onStatus' | 'onBatchPoint'>;
  /** Settings of the CDK app, as context and as environment, e.g. `{ SPECTRA_JOB_TTL_DAYS: '1' }`. */
  settings?: Readonly<Record<string, string>>;
  /** Parameters of the template. */
  parameters?: Readonly<Record<string, string>>;
  /** Folder with `cdk.json`; default: this project. */
  projectDir?: string;
  /** Which stack; needed only when the app has several. Default SpectraBulk. */
  stackName?: string;
  /** Whom the first API key is for; default `demo`. */
  tenantId?: string;
  /** Makes API keys; default: the project's command for keys. Without either there is no key. */
  issueKey?: IssueKey;
  /** Most processes per function; default 4. */
  concurrency?: number;
  /** Every line that a function or the local AWS has to say; default: dropped. */
  log?: (line: LogLine) => void;
  /** Told of each step of the start. */
  progress?: (text: string) => void;
  /** For schedules and event times. */
  clock?: Clock;
}

/** Controls of one stream mapping, for tests of redelivery and delay. */
export interface StreamControls {
  pause: () => Promise<void>;
  resume: () => void;
  /** Records that the function got, oldest first. */
  recent: () => readonly DynamoDBRecord[];
  /** Delivers such records again; tells how many. */
  redeliver: (choose?: (record: DynamoDBRecord) => boolean) => Promise<number>;
}

/** A running service with all that it stands on. */
export interface LocalAws {
  /** With the stage, without a slash at the end. */
  apiUrl: string;
  /** Empty when nobody issues keys. */
  apiKey: string;
  tenantId: string;
  awsEndpointUrl: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** The outputs of the stack. */
  outputs: Readonly<Record<string, string>>;
  redshift: Redshift;
  /** AWS calls by caller, service and operation, with DynamoDB's units. */
  calls: Pick<CallCounts, 'snapshot' | 'reset'>;
  functions: {
    /** By label, e.g. `start-jobs`. */
    counters: () => Record<string, InvocationCounters>;
    reset: () => void;
    /** Process ids of a function, to crash one. */
    pids: (name: string) => number[];
  };
  events: EventFaults &
    Pick<EventBus, 'publish' | 'redeliver' | 'recent'> & {
      /** Resolves when all accepted events are processed, retries included. */
      settled: () => Promise<void>;
    };
  schedules: {
    /** By logical id, label or name. */
    run: (name: string) => void;
    pause: () => void;
    resume: () => void;
  };
  /** The stream mapping of a function, by its label. */
  stream: (functionName: string) => StreamControls;
  /** What was sent to CloudWatch. */
  metrics: () => readonly MetricsCall[];
  /** Deletes what has expired in all tables now; returns how many items. */
  expireItems: () => Promise<number>;
  /** Empty when nobody issues keys. */
  createApiKey: (tenantId: string, permissions?: readonly string[]) => Promise<string>;
  /** What of the template is left out, with reasons. */
  ignored: readonly { logicalId: string; type: string; reason: string }[];
  /** Ends everything; may be called again. */
  stop: () => Promise<void>;
}

export type { NewBusEvent };
