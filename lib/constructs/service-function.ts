import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type EnvironmentOf, environmentNames, type LambdaName } from '../../contract/environments.ts';
import { acknowledge } from './acknowledge.ts';
import type { Resources } from './grants.ts';
import { grantPermissions } from './grants.ts';
import { lambdaCode } from './lambda-code.ts';

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

/** One Lambda with its own role and log group, allowed what permissions.ts lists for it and nothing else. */
export class ServiceFunction<Name extends LambdaName = LambdaName> extends Construct {
  readonly name: Name;
  readonly lambda: Function;
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
    this.lambda = new Function(this, 'Function', {
      code: lambdaCode(props.name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: `${Stack.of(this).stackName}: ${props.name}`,
      environment: props.environment,
      timeout: props.timeout,
      memorySize: props.memory,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
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
