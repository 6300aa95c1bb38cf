import { createHash } from 'node:crypto';
import type { RawResource } from './read-template.ts';

/** Where a stack runs. */
export interface Place {
  stackName: string;
  account: string;
  region: string;
  /** The endpoint of all services, e.g. `http://127.0.0.1:4566`. */
  awsEndpointUrl: string;
}

/** What CloudFormation would know of a created resource. */
export interface PhysicalResource {
  /** What `Ref` gives. */
  ref: string;
  /** What `Fn::GetAtt` gives. */
  attributes: Readonly<Record<string, string>>;
}

type Naming = (names: Names) => PhysicalResource;
interface Names {
  /** The name given in the template's own property, or one made of stack and logical id. */
  named: (property: string, maximum?: number) => string;
  arn: (service: string, resource: string) => string;
  /** A short id as API Gateway makes them. */
  shortId: string;
  /** The value of a property, as text. */
  property: (name: string) => string;
  place: Place;
}

const apiGatewayId: Naming = ({ shortId }) => ({ ref: shortId, attributes: {} });

const namings: Readonly<Record<string, Naming>> = {
  'AWS::ApiGateway::Authorizer': ({ shortId }) => ({ ref: shortId, attributes: { AuthorizerId: shortId } }),
  'AWS::ApiGateway::Deployment': ({ shortId }) => ({ ref: shortId, attributes: { DeploymentId: shortId } }),
  'AWS::ApiGateway::GatewayResponse': apiGatewayId,
  'AWS::ApiGateway::Method': apiGatewayId,
  'AWS::ApiGateway::Resource': ({ shortId }) => ({ ref: shortId, attributes: { ResourceId: shortId } }),
  'AWS::ApiGateway::RestApi': ({ shortId }) => ({
    ref: shortId,
    attributes: { RootResourceId: `${shortId}/`, RestApiId: shortId },
  }),
  'AWS::ApiGateway::Stage': ({ property }) => ({ ref: property('StageName'), attributes: {} }),
  'AWS::DynamoDB::Table': ({ named, arn }) => {
    const name = named('TableName');
    const table = arn('dynamodb', `table/${name}`);
    return { ref: name, attributes: { Arn: table, StreamArn: `${table}/stream/local` } };
  },
  'AWS::Events::EventBus': ({ named, arn }) => {
    const name = named('Name');
    return { ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } };
  },
  'AWS::Events::Rule': ({ named, arn }) => {
    const name = named('Name', 64);
    return { ref: name, attributes: { Arn: arn('events', `rule/${name}`) } };
  },
  'AWS::IAM::Role': ({ named, place }) => {
    const name = named('RoleName', 64);
    return { ref: name, attributes: { Arn: `arn:aws:iam::${place.account}:role/${name}`, RoleId: name } };
  },
  'AWS::KMS::Key': ({ shortId, arn }) => ({
    ref: shortId,
    attributes: { Arn: arn('kms', `key/${shortId}`), KeyId: shortId },
  }),
  'AWS::Lambda::Alias': ({ property, arn }) => {
    const alias = `${arn('lambda', `function:${bareFunctionName(property('FunctionName'))}`)}:${property('Name')}`;
    return { ref: alias, attributes: { AliasArn: alias } };
  },
  'AWS::Lambda::EventSourceMapping': ({ shortId }) => ({ ref: shortId, attributes: { Id: shortId } }),
  'AWS::Lambda::Function': ({ named, arn }) => {
    const name = named('FunctionName', 64);
    return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } };
  },
  'AWS::Lambda::Version': ({ property, arn }) => {
    const version = `${arn('lambda', `function:${bareFunctionName(property('FunctionName'))}`)}:1`;
    return { ref: version, attributes: { Version: '1', FunctionArn: version } };
  },
  'AWS::Logs::LogGroup': ({ named, arn }) => {
    const name = named('LogGroupName');
    return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
  },
  'AWS::S3::Bucket': ({ named }) => {
    const name = named('BucketName', 63).toLowerCase();
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.amazonaws.com`,
      },
    };
  },
  'AWS::Scheduler::Schedule': ({ named, arn }) => {
    const name = named('Name', 64);
    return { ref: name, attributes: { Arn: arn('scheduler', `schedule/default/${name}`) } };
  },
  'AWS::SNS::Topic': ({ named, arn }) => {
    const name = named('TopicName');
    return { ref: arn('sns', name), attributes: { TopicArn: arn('sns', name), TopicName: name } };
  },
  'AWS::SQS::Queue': ({ named, arn, place }) => {
    const name = named('QueueName', 75);
    const url = `${place.awsEndpointUrl}/${place.account}/${name}`;
    return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
  },
};

/**
 * The names and ARNs that a resource has locally: those of the template where it gives any, else made of the names of
 * the stack and the resource.
 * @param resolve evaluates intrinsics in a property
 */
export function physicalResource(
  logicalId: string,
  { Type, Properties }: RawResource,
  resolve: (value: unknown) => unknown,
  place: Place,
): PhysicalResource {
  const property = (name: string) => {
    const value = resolve(Properties[name]);
    if (typeof value !== 'string') throw new Error(`${logicalId} (${Type}) has no ${name}`);
    return value;
  };
  const service = Type.split('::')[1]?.toLowerCase() ?? 'unknown';
  const names: Names = {
    named: (name, maximum = 255) =>
      Properties[name] === undefined ? shorten(`${place.stackName}-${logicalId}`, maximum) : property(name),
    arn: (of, resource) => `arn:aws:${of}:${place.region}:${place.account}:${resource}`,
    shortId: hash(`${place.stackName}/${logicalId}`).slice(0, 10),
    property,
    place,
  };
  const naming = namings[Type];
  if (naming !== undefined) return naming(names);
  const name = `${place.stackName}-${logicalId}`;
  return { ref: name, attributes: { Arn: names.arn(service, name) } };
}

/** The bare name in a function's name, partial ARN or ARN, with or without a qualifier. */
export function bareFunctionName(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  const marker = parts.indexOf('function');
  return (marker === -1 ? parts[0] : parts[marker + 1]) ?? nameOrArn;
}

function shorten(name: string, maximum: number): string {
  return name.length <= maximum ? name : `${name.slice(0, maximum - 9)}-${hash(name).slice(0, 8)}`;
}

function hash(text: string): string {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`).toString(36);
}
