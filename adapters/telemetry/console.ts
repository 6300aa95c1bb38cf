import type { DeploymentName } from '../../contract/ids.ts';
import { type MetricName, metricDimension, metricNames, metricNamespace, metrics } from '../../contract/metrics.ts';
import type { Clock, Telemetry } from '../../core/ports.ts';

/** Facts under such names are never written, wherever they are nested. */
const secretNames = /authorization|api[-_]?key|secret|password|token|credential|salt|signature|cookie/i;
const secretValues =
  /\bsb_[0-9A-Za-z]{12}_[^\s"']+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|X-Amz-(?:Signature|Security-Token|Credential)=[^&\s"']+/g;
const redacted = '[redacted]';
const deepest = 8;

/**
 * One JSON object per line: `level`, `time`, `message` and the facts. Metrics are lines in CloudWatch's Embedded Metric Format,
 * under the namespace and names of contract/metrics.ts, with the deployment as their only dimension.
 */
export class ConsoleTelemetry implements Telemetry {
  readonly #deployment: DeploymentName | undefined;
  readonly #clock: Clock;
  readonly #write: (line: string) => void;

  /** Without a deployment, metrics have no dimension to go under and are not written. */
  constructor(options: {
    deployment?: DeploymentName;
    clock: Clock;
    /** default: standard output */
    write?: (line: string) => void;
  }) {
    this.#deployment = options.deployment;
    this.#clock = options.clock;
    this.#write = options.write ?? ((line) => void process.stdout.write(`${line}\n`));
  }

  info(message: string, facts: Record<string, unknown>): void {
    this.#line('INFO', message, facts);
  }

  warn(message: string, facts: Record<string, unknown>): void {
    this.#line('WARN', message, facts);
  }

  error(message: string, facts: Record<string, unknown>, error: unknown): void {
    this.#line('ERROR', message, { ...facts, error });
  }

  count(counts: Partial<Record<MetricName, number>>): void {
    const known = metricNames.flatMap((name) => (counts[name] === undefined ? [] : [[name, counts[name]] as const]));
    if (known.length === 0 || this.#deployment === undefined) return;
    const definition = {
      Namespace: metricNamespace,
      Dimensions: [[metricDimension]],
      Metrics: known.map(([name]) => ({ Name: name, Unit: metrics[name].unit })),
    };
    this.#write(
      JSON.stringify({
        _aws: { Timestamp: this.#clock.now().getTime(), CloudWatchMetrics: [definition] },
        [metricDimension]: this.#deployment,
        ...Object.fromEntries(known),
      }),
    );
  }

  #line(level: 'INFO' | 'WARN' | 'ERROR', message: string, facts: Record<string, unknown>): void {
    const time = this.#clock.now().toISOString();
    const safe = loggable(facts, 0) as Record<string, unknown>;
    this.#write(JSON.stringify({ ...safe, level, time, message: withoutSecrets(message) }));
  }
}

const withoutSecrets = (text: string): string => text.replace(secretValues, redacted);

/** Errors with their causes, no secrets, nothing that JSON can't say. */
function loggable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= deepest) return '[deeper]';
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return loggable({ name, message, stack, ...(cause !== undefined && { cause }) }, depth);
  }
  if (Array.isArray(value)) return value.map((item) => loggable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, secretNames.test(name) ? redacted : loggable(item, depth + 1)]),
  );
}
