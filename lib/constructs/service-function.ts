import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { type EnvironmentOf, environmentNames, type LambdaName } from '../../contract/environments.ts';
import { acknowledge } from './acknowledge.ts';
import type { Resources } from './grants.ts';
import { grantPermissions } from './grants.ts';

const project = join(import.meta.dirname, '../..');

/** What all functions of the stack share. */
export interface Surroundings {
  resources: Resources;
  logRetentionDays: RetentionDays;
  keepData: boolean;
}

export interface ServiceFunctionProps<Name extends LambdaName> {
  name: Name;
  /** Every variable of contract/environments.ts for this Lambda, no more and no less. */
  environment: Record<keyof EnvironmentOf<Name> & string, string>;
  timeout: Duration;
  /** MB, which also buys the share of a CPU. */
  memory: number;
  reservedConcurrency?: number;
}

/**
 * How every Lambda is bundled. One ES module with the SDK inside: a cold start spends most of its time reading code. No source
 * map, which would be larger than the code; names are kept, so a stack trace still says which function of ours it was.
 */
const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  sourceMap: false,
  logLevel: LogLevel.WARNING,
  bundleAwsSDK: true,
  loader: { '.wasm': 'binary', '.html': 'text' },
  // Packages that are CommonJS inside call require, which an ES module does not have.
  banner: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
};

/** One Lambda with its own role and log group, allowed what permissions.ts lists for it and nothing else. */
export class ServiceFunction<Name extends LambdaName = LambdaName> extends Construct {
  readonly name: Name;
  readonly lambda: NodejsFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, surroundings: Surroundings, props: ServiceFunctionProps<Name>) {
    super(scope, id);
    this.name = props.name;
    assertEnvironment(props.name, Object.keys(props.environment));
    const logGroup = new LogGroup(this, 'Logs', {
      retention: surroundings.logRetentionDays,
      removalPolicy: surroundings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grant(this.role, 'logs:CreateLogStream', 'logs:PutLogEvents');
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: join(project, 'lambdas', `${props.name}.lambda.ts`),
      handler: 'handler',
      projectRoot: project,
      depsLockFilePath: join(project, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: `${Stack.of(this).stackName}: ${props.name}`,
      environment: props.environment,
      awsSdkConnectionReuse: false,
      timeout: props.timeout,
      memorySize: props.memory,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      bundling,
    });
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords only allow *.',
    });
    grantPermissions(this, surroundings.resources);
  }

  allow(actions: readonly string[], resources: readonly string[], conditions?: Record<string, unknown>): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }
}

function assertEnvironment(name: LambdaName, written: string[]): void {
  const read = environmentNames(name);
  const missing = read.filter((variable) => !written.includes(variable));
  const extra = written.filter((variable) => !read.includes(variable));
  if (missing.length + extra.length === 0) return;
  throw new Error(`The environment of ${name} lacks [${missing.join(', ')}] and has [${extra.join(', ')}] too many`);
}
