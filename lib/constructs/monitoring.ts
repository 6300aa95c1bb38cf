import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import type { ApiFunctions } from './api-functions.ts';
import type { CleanUp } from './clean-up.ts';
import { Dashboard } from './dashboard.ts';
import type { FinishJobs } from './finish-jobs.ts';
import type { Monitored } from './monitored-metrics.ts';
import type { ServiceFunction } from './service-function.ts';
import type { StartJobs } from './start-jobs.ts';
import type { SweepJobs } from './sweep-jobs.ts';

export interface MonitoringProps {
  api: RestApi;
  table: Table;
  functions: ApiFunctions;
  startJobs: StartJobs;
  finishJobs: FinishJobs;
  sweepJobs: SweepJobs;
  cleanUp: CleanUp;
  config: Config;
}

/** Alarms, their way to somebody, and the dashboard. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { startJobs, finishJobs, sweepJobs, cleanUp, config } = props;
    const behind = [startJobs, finishJobs, sweepJobs, cleanUp];
    const monitored: Monitored = {
      deployment: config.deployment,
      functions: [
        ...(Object.values(props.functions) as ServiceFunction[]),
        ...behind.map(({ fn }): ServiceFunction => fn),
      ],
      streamed: [startJobs.fn, cleanUp.fn],
      sweep: sweepJobs.fn,
      deadLetters: Object.fromEntries(behind.map(({ fn, deadLetters }) => [fn.name, deadLetters])),
      table: props.table,
      api: props.api,
    };
    const topics =
      config.alarmEmail === undefined ? [] : [new AlarmTopic(this, 'Topic', { email: config.alarmEmail }).topic];
    const alarms = new Alarms(this, 'Alarms', { monitored, actions: topics.map((topic) => new SnsAction(topic)) });
    new Dashboard(this, 'Dashboard', { monitored, alarms });
  }
}
