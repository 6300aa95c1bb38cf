import { Duration } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { StatementEnd } from '../../contract/events.ts';
import type { Config } from '../config.ts';
import { AsynchronousRule } from './asynchronous-rule.ts';
import { DeadLetters } from './dead-letters.ts';
import { automaticRetry, common, retention } from './environment.ts';
import { ServiceFunction, type Surroundings } from './service-function.ts';
import { timeouts } from './timeouts.ts';

/** Ends of the deployment's own statements, wherever in the account they ran. */
export const statementEnds = (deployment: string): EventPattern => ({
  source: ['aws.redshift-data'],
  detailType: ['Redshift Data Statement Status Change'],
  detail: { statementName: [{ prefix: `${deployment}:` }], state: [...StatementEnd.options] },
});

/** Called when a statement has ended: settles its job and frees its slot. */
export class FinishJobs extends Construct {
  readonly fn: ServiceFunction<'finish-jobs'>;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, surroundings: Surroundings, config: Config) {
    super(scope, id);
    this.fn = new ServiceFunction(this, 'Lambda', surroundings, {
      name: 'finish-jobs',
      environment: {
        ...common(surroundings.resources),
        ...retention(config),
        ...automaticRetry(config),
        SPECTRA_DEPLOYMENT: config.deployment,
      },
      timeout: timeouts.finishJobs,
      memory: 512,
    });
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    new AsynchronousRule(this, 'StatementEnded', {
      on: { eventPattern: statementEnds(config.deployment) },
      description: `A statement of ${config.deployment} has ended`,
      fn: this.fn,
      deadLetters: this.deadLetters,
      retries: 5,
      maxEventAge: Duration.hours(1),
    });
  }
}
