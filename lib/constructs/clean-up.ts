import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { DeadLetters } from './dead-letters.ts';
import { common } from './environment.ts';
import { ServiceFunction, type Surroundings } from './service-function.ts';
import { cleanUpFilters } from './stream-filters.ts';
import { StreamTrigger } from './stream-trigger.ts';
import { timeouts } from './timeouts.ts';

/** Called by the table's stream when a job is gone: deletes its files and its request. */
export class CleanUp extends Construct {
  readonly fn: ServiceFunction<'clean-up'>;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, surroundings: Surroundings, config: Config) {
    super(scope, id);
    this.fn = new ServiceFunction(this, 'Lambda', surroundings, {
      name: 'clean-up',
      environment: {
        ...common(surroundings.resources),
        ...surroundings.resources.warehouse.environment,
        SPECTRA_DEPLOYMENT: config.deployment,
        SPECTRA_LOAD_MARKER_SCHEMA: config.loads.markerSchema,
      },
      timeout: timeouts.cleanUp,
      memory: 256,
    });
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    new StreamTrigger(this, 'Stream', {
      table: surroundings.resources.table,
      fn: this.fn,
      filters: cleanUpFilters,
      deadLetters: this.deadLetters,
    });
    acknowledge(this.fn, {
      'Serverless-LambdaDLQ':
        'Called by a stream mapping, never asynchronously; the mapping has its own failure destination.',
    });
  }
}
