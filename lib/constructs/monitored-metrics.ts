import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { LambdaName } from '../../contract/environments.ts';
import { metricDimension, metricNamespace, type MetricName } from '../../contract/metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ServiceFunction } from './service-function.ts';

/** Everything of an installation that has metrics. */
export interface Monitored {
  deployment: string;
  functions: ServiceFunction[];
  /** Those of the functions that read the table's stream. */
  streamed: ServiceFunction[];
  sweep: ServiceFunction;
  deadLetters: Partial<Record<LambdaName, DeadLetters>>;
  table: Table;
  api: RestApi;
}

const operations = [
  Operation.GET_ITEM,
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.DELETE_ITEM,
  Operation.QUERY,
  Operation.TRANSACT_WRITE_ITEMS,
];

/** The metrics that alarms and the dashboard share, all over periods of five minutes. */
export class MonitoredMetrics {
  readonly #of: Monitored;
  readonly #period = Duration.minutes(5);

  constructor(monitored: Monitored) {
    this.#of = monitored;
  }

  /** One that the Lambdas write themselves. */
  own(name: MetricName, statistic: 'Sum' | 'Maximum'): Metric {
    return new Metric({
      namespace: metricNamespace,
      metricName: name,
      dimensionsMap: { [metricDimension]: this.#of.deployment },
      statistic,
      period: this.#period,
    });
  }

  errors(fn: ServiceFunction): IMetric {
    return fn.lambda.metricErrors({ period: this.#period, label: fn.name });
  }

  invocations(fn: ServiceFunction): IMetric {
    return fn.lambda.metricInvocations({ period: this.#period, label: fn.name });
  }

  duration(fn: ServiceFunction): IMetric {
    return fn.lambda.metricDuration({ period: this.#period, statistic: 'p99', label: fn.name });
  }

  iteratorAge(fn: ServiceFunction): IMetric {
    return fn.lambda.metric('IteratorAge', { period: this.#period, statistic: 'Maximum', label: fn.name });
  }

  deadLetters(letters: DeadLetters): IMetric {
    return letters.queue.metricApproximateNumberOfMessagesVisible({ period: this.#period, statistic: 'Maximum' });
  }

  throttles(): IMetric {
    const each = Object.fromEntries(
      this.#of.functions.map((fn, n) => [`m${n}`, fn.lambda.metricThrottles({ period: this.#period, label: fn.name })]),
    );
    return this.#sum(each, 'Throttled calls');
  }

  tableThrottles(): IMetric {
    const { table } = this.#of;
    const reads = table.metric('ReadThrottleEvents', { statistic: 'Sum', period: this.#period });
    const writes = table.metric('WriteThrottleEvents', { statistic: 'Sum', period: this.#period });
    return this.#sum({ reads, writes }, 'Throttled reads and writes');
  }

  tableErrors(): IMetric {
    return this.#of.table.metricSystemErrorsForOperations({
      operations,
      period: this.#period,
      label: 'Errors of DynamoDB',
    });
  }

  api5xx(): IMetric {
    return this.#of.api.metricServerError({ period: this.#period, statistic: 'Sum' });
  }

  apiRequests(): IMetric {
    return this.#of.api.metricCount({ period: this.#period, statistic: 'Sum' });
  }

  apiLatency(): IMetric {
    return this.#of.api.metricLatency({ period: this.#period, statistic: 'p99' });
  }

  /** A metric without data counts as nothing, not as unknown. */
  #sum(usingMetrics: Record<string, IMetric>, label: string): IMetric {
    const expression = Object.keys(usingMetrics)
      .map((id) => `FILL(${id}, 0)`)
      .join(' + ');
    return new MathExpression({ expression, usingMetrics, period: this.#period, label });
  }
}
