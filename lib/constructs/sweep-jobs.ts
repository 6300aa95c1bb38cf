import { Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { AsynchronousRule } from './asynchronous-rule.ts';
import { DeadLetters } from './dead-letters.ts';
import { automaticRetry, common, retention, text } from './environment.ts';
import { ServiceFunction, type Surroundings } from './service-function.ts';
import { timeouts } from './timeouts.ts';

/** Called each minute: asks Redshift about runs without news, gives back leaked slots, writes the metrics. */
export class SweepJobs extends Construct {
  readonly fn: ServiceFunction<'sweep-jobs'>;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, surroundings: Surroundings, config: Config) {
    super(scope, id);
    const { settings } = config;
    this.fn = new ServiceFunction(this, 'Lambda', surroundings, {
      name: 'sweep-jobs',
      environment: {
        ...common(surroundings.resources),
        ...retention(config),
        ...automaticRetry(config),
        SPECTRA_DEPLOYMENT: config.deployment,
        SPECTRA_BULK_JOB_TIMEOUT_HOURS: text(settings.SPECTRA_BULK_JOB_TIMEOUT_HOURS),
        SPECTRA_SWEEP_GRACE_SECONDS: text(settings.SPECTRA_SWEEP_GRACE_SECONDS),
      },
      timeout: timeouts.sweepJobs,
      memory: 512,
      // Two sweeps at once would do no harm, only twice the work.
      ...(config.reserveSweepConcurrency ? { reservedConcurrency: 1 } : {}),
    });
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    new AsynchronousRule(this, 'EachMinute', {
      on: { schedule: Schedule.rate(timeouts.sweepPeriod) },
      description: `The sweep of ${config.deployment}`,
      fn: this.fn,
      deadLetters: this.deadLetters,
      // The next minute's sweep is the retry.
      retries: 0,
      maxEventAge: timeouts.sweepPeriod,
    });
  }
}
