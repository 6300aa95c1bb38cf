import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import { type Monitored, MonitoredMetrics } from './monitored-metrics.ts';

export interface DashboardProps {
  monitored: Monitored;
  alarms: Alarms;
}

/** One page that answers, from top to bottom: is anything wrong, do jobs get through, which part is slow. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { monitored, alarms }: DashboardProps) {
    super(scope, id);
    const of = new MonitoredMetrics(monitored);
    const { functions, streamed } = monitored;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: monitored.deployment,
      defaultInterval: Duration.hours(3),
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.alarms, width: 24, height: 4 })],
        [
          graph('Jobs now', [of.own('WaitingJobs', 'Maximum'), of.own('RunningJobs', 'Maximum')]),
          graph('Oldest waiting job, s', [of.own('OldestWaitingJobSeconds', 'Maximum')]),
          graph('Jobs ended', [
            of.own('JobsCompleted', 'Sum'),
            of.own('JobsFailed', 'Sum'),
            of.own('RunsRetried', 'Sum'),
          ]),
        ],
        [
          graph('Found by the sweep', [
            of.own('LostEventsFound', 'Sum'),
            of.own('LeakedSlotsReleased', 'Sum'),
            of.own('RunsResubmitted', 'Sum'),
            of.own('OverdueRuns', 'Maximum'),
          ]),
          graph(
            'Stream behind, ms',
            streamed.map((fn) => of.iteratorAge(fn)),
          ),
          graph(
            'Dead letters',
            Object.values(monitored.deadLetters).map((letters) => of.deadLetters(letters)),
          ),
        ],
        [
          graph(
            'Calls',
            functions.map((fn) => of.invocations(fn)),
          ),
          graph('Errors', [...functions.map((fn) => of.errors(fn)), of.throttles()]),
          graph(
            'Duration p99, ms',
            functions.map((fn) => of.duration(fn)),
          ),
        ],
        [
          graph('API', [of.apiRequests(), of.api5xx()]),
          graph('API p99, ms', [of.apiLatency()]),
          graph('Table', [of.tableThrottles(), of.tableErrors()]),
        ],
      ],
    });
  }
}

const graph = (title: string, left: IMetric[]): IWidget =>
  new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
