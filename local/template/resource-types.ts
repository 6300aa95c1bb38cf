/** Resource types that the embedded AWS brings to life. */
const run: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Version',
  'AWS::S3::Bucket',
  'AWS::Scheduler::Schedule',
  'AWS::SQS::Queue',
]);

/** Resource types that change nothing in how the service behaves on one machine, each with the reason. */
const ignored: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': 'sets where API Gateway logs, for a whole account',
  'AWS::ApiGateway::ApiKey': 'usage plans are not enforced',
  'AWS::ApiGateway::BasePathMapping': 'there is no custom domain',
  'AWS::ApiGateway::DomainName': 'there is no custom domain',
  'AWS::ApiGateway::Model': 'requests are validated by the handlers',
  'AWS::ApiGateway::RequestValidator': 'requests are validated by the handlers',
  'AWS::ApiGateway::UsagePlan': 'usage plans are not enforced',
  'AWS::ApiGateway::UsagePlanKey': 'usage plans are not enforced',
  'AWS::CDK::Metadata': 'analytics of CDK',
  'AWS::CloudWatch::Alarm': 'nobody is paged',
  'AWS::CloudWatch::CompositeAlarm': 'nobody is paged',
  'AWS::CloudWatch::Dashboard': 'nothing draws it',
  'AWS::IAM::ManagedPolicy': 'permissions are not enforced',
  'AWS::IAM::Policy': 'permissions are not enforced',
  'AWS::IAM::Role': 'permissions are not enforced',
  'AWS::KMS::Alias': 'nothing is encrypted at rest',
  'AWS::KMS::Key': 'nothing is encrypted at rest',
  'AWS::Lambda::Permission': 'permissions are not enforced',
  'AWS::Logs::LogGroup': 'logs go to the terminal',
  'AWS::Logs::MetricFilter': 'logs go to the terminal',
  'AWS::Logs::QueryDefinition': 'logs go to the terminal',
  'AWS::Logs::SubscriptionFilter': 'logs go to the terminal',
  'AWS::Redshift::Cluster': 'the local Redshift is there without being created',
  'AWS::RedshiftServerless::Namespace': 'the local Redshift is there without being created',
  'AWS::RedshiftServerless::Workgroup': 'the local Redshift is there without being created',
  'AWS::S3::BucketPolicy': 'permissions are not enforced',
  'AWS::Scheduler::ScheduleGroup': 'a group only names schedules',
  'AWS::SNS::Subscription': 'only alarms publish to topics',
  'AWS::SNS::Topic': 'only alarms publish to topics',
  'AWS::SNS::TopicPolicy': 'only alarms publish to topics',
  'AWS::SQS::QueuePolicy': 'permissions are not enforced',
  'AWS::WAFv2::WebACL': 'there is no firewall',
  'AWS::WAFv2::WebACLAssociation': 'there is no firewall',
};

/** What becomes of a resource: it is run, left out for a reason, or cannot be run. */
export type Treatment = { kind: 'run' } | { kind: 'ignored'; reason: string } | { kind: 'unsupported' };

/** How resources of this CloudFormation type are treated. */
export function treatmentOf(type: string): Treatment {
  if (run.has(type)) return { kind: 'run' };
  const reason = ignored[type];
  return reason === undefined ? { kind: 'unsupported' } : { kind: 'ignored', reason };
}
