import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { DeadLetters } from './dead-letters.ts';
import { common, retention, text } from './environment.ts';
import { ServiceFunction, type Surroundings } from './service-function.ts';
import { startFilters } from './stream-filters.ts';
import { StreamTrigger } from './stream-trigger.ts';
import { timeouts } from './timeouts.ts';

/** Called by the table's stream: admits jobs, submits their statements, cancels them. */
export class StartJobs extends Construct {
  readonly fn: ServiceFunction<'start-jobs'>;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, surroundings: Surroundings, config: Config) {
    super(scope, id);
    const { settings } = config;
    const { warehouse } = surroundings.resources;
    this.fn = new ServiceFunction(this, 'Lambda', surroundings, {
      name: 'start-jobs',
      environment: {
        ...common(surroundings.resources),
        ...retention(config),
        ...warehouse.environment,
        SPECTRA_UNLOAD_ROLE_ARN: warehouse.unloadRoleArn,
        SPECTRA_DEPLOYMENT: config.deployment,
        SPECTRA_LOAD_MARKER_SCHEMA: config.loads.markerSchema,
        SPECTRA_BULK_MAX_CONCURRENT_JOBS: text(settings.SPECTRA_BULK_MAX_CONCURRENT_JOBS),
        SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: text(settings.SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS),
      },
      timeout: timeouts.startJobs,
      memory: 512,
    });
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    new StreamTrigger(this, 'Stream', {
      table: surroundings.resources.table,
      fn: this.fn,
      filters: startFilters,
      deadLetters: this.deadLetters,
    });
    acknowledge(this.fn, {
      'Serverless-LambdaDLQ':
        'Called by a stream mapping, never asynchronously; the mapping has its own failure destination.',
    });
  }
}
