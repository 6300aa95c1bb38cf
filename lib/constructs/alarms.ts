import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { MonitoredMetrics, type Monitored } from './monitored-metrics.ts';

interface AlarmKind {
  metric: IMetric;
  /** Rings at this value or beyond it. */
  threshold: number;
  /** Periods of the metric in a row; default 1. */
  periods?: number;
  below?: true;
  /** Whether no data is itself the trouble; default no. */
  silenceRings?: true;
  /** One sentence; the runbook has the rest. */
  meaning: string;
}

/** Each alarm by its name, which is also its heading in docs/runbook.md. */
export function alarmKinds(monitored: Monitored): Record<string, AlarmKind> {
  const of = new MonitoredMetrics(monitored);
  return { ...jobAlarms(of), ...sweepAlarms(of, monitored), ...pathAlarms(of, monitored), ...platformAlarms(of) };
}

const jobAlarms = (of: MonitoredMetrics): Record<string, AlarmKind> => ({
  'oldest-waiting-job': {
    metric: of.own('OldestWaitingJobSeconds', 'Maximum'),
    threshold: 1800,
    periods: 3,
    meaning: 'A job has been waiting for a slot for half an hour',
  },
  'jobs-failed': {
    metric: of.own('JobsFailed', 'Sum'),
    threshold: 1,
    meaning: 'A job failed and its query was not the reason',
  },
  'runs-overdue': {
    metric: of.own('OverdueRuns', 'Maximum'),
    threshold: 1,
    meaning: 'A job runs longer than it may',
  },
});

const sweepAlarms = (of: MonitoredMetrics, { sweep }: Monitored): Record<string, AlarmKind> => ({
  'runs-resubmitted': {
    metric: of.own('RunsResubmitted', 'Sum'),
    threshold: 5,
    meaning: 'Admitted jobs were not submitted until the sweep saw to it',
  },
  'events-lost': {
    metric: of.own('LostEventsFound', 'Sum'),
    threshold: 5,
    meaning: 'Statements ended and no event said so',
  },
  'slots-leaked': {
    metric: of.own('LeakedSlotsReleased', 'Sum'),
    threshold: 1,
    meaning: 'Ended jobs still held slots',
  },
  'sweep-silent': {
    metric: of.invocations(sweep),
    threshold: 3,
    below: true,
    silenceRings: true,
    meaning: 'The sweep has not run for some minutes',
  },
});

/** One per function, per dead-letter queue and per reader of the stream, so that the name already says where. */
function pathAlarms(of: MonitoredMetrics, monitored: Monitored): Record<string, AlarmKind> {
  // The authorizer answers a wrong credential with an error, as API Gateway wants it; what it really fails on is a 5xx.
  const erring = monitored.functions.filter((fn) => fn.name !== 'authorizer');
  const errors = erring.map((fn): [string, AlarmKind] => [
    `errors-${fn.name}`,
    { metric: of.errors(fn), threshold: 1, meaning: `${fn.name} ended with an error` },
  ]);
  const deadLetters = Object.entries(monitored.deadLetters).map(([path, letters]): [string, AlarmKind] => [
    `dead-letters-${path}`,
    { metric: of.deadLetters(letters), threshold: 1, meaning: `${path} gave up on something` },
  ]);
  const streams = monitored.streamed.map((fn): [string, AlarmKind] => [
    `stream-behind-${fn.name}`,
    { metric: of.iteratorAge(fn), threshold: 60_000, periods: 3, meaning: `${fn.name} reads changes a minute late` },
  ]);
  return Object.fromEntries([...errors, ...deadLetters, ...streams]);
}

const platformAlarms = (of: MonitoredMetrics): Record<string, AlarmKind> => ({
  'functions-throttled': {
    metric: of.throttles(),
    threshold: 1,
    periods: 2,
    meaning: 'Lambda had no room for a call',
  },
  'table-throttled': {
    metric: of.tableThrottles(),
    threshold: 10,
    meaning: 'DynamoDB refused reads or writes as too many',
  },
  'table-errors': { metric: of.tableErrors(), threshold: 1, meaning: 'DynamoDB failed on its own side' },
  'api-5xx': { metric: of.api5xx(), threshold: 5, meaning: 'The API answered with 5xx' },
  'api-slow': {
    metric: of.apiLatency(),
    // A client may have its answer held for 25 s (?wait=25).
    threshold: 26_000,
    periods: 3,
    meaning: 'One request in a hundred takes 26 s or more, longer than any answer is held',
  },
});

export interface AlarmsProps {
  monitored: Monitored;
  actions: IAlarmAction[];
}

/** The alarms of one installation, named `<deployment>: <name in the runbook>`. */
export class Alarms extends Construct {
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, { monitored, actions }: AlarmsProps) {
    super(scope, id);
    this.alarms = Object.entries(alarmKinds(monitored)).map(([name, kind]) => {
      const alarm = new Alarm(this, name, {
        alarmName: `${monitored.deployment}: ${name}`,
        alarmDescription: `${kind.meaning}. What to do: docs/runbook.md#${name}`,
        metric: kind.metric,
        threshold: kind.threshold,
        evaluationPeriods: kind.periods ?? 1,
        comparisonOperator: kind.below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: kind.silenceRings ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      if (actions.length > 0) {
        alarm.addAlarmAction(...actions);
        alarm.addOkAction(...actions);
      }
      return alarm;
    });
  }
}
