import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  ApiKeySourceType,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { binaryMediaTypes } from '../../contract/uploads.ts';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { apiFunctions, type ApiFunctions } from './api-functions.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { Pages } from './pages.ts';
import type { Surroundings } from './service-function.ts';
import { timeouts } from './timeouts.ts';
import { hasUsagePlan, RequestQuota } from './usage-plan.ts';

/** The path that every route lies under. */
export const stageName = 'v1';

/** Of a job, beside `uploads` and what is below it. */
const uploadPaths = ['upload-url', 'batches'];
const publicPaths = ['health', 'limits', 'openapi.json'];

/** The HTTP API: who may call what, and which function answers. */
export class HttpApi extends Construct {
  readonly api: RestApi;
  readonly functions: ApiFunctions;

  constructor(scope: Construct, id: string, surroundings: Surroundings, config: Config) {
    super(scope, id);
    this.functions = apiFunctions(this, surroundings, config);
    this.api = new RestApi(this, 'Api', {
      restApiName: config.stackName,
      description: 'Spectra Bulk: exports and loads over HTTP',
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: [...binaryMediaTypes],
      ...(hasUsagePlan(config) ? { apiKeySourceType: ApiKeySourceType.AUTHORIZER } : {}),
      cloudWatchRole: config.createApiLoggingRole,
      // The role serves every API of the account and region: another one may have come to lean on it.
      ...(config.createApiLoggingRole ? { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN } : {}),
      deployOptions: {
        stageName,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        throttlingRateLimit: config.settings.SPECTRA_API_REQUESTS_PER_SECOND,
        throttlingBurstLimit: config.settings.SPECTRA_API_REQUEST_BURST,
        accessLogDestination: new LogGroupLogDestination(this.#accessLogs(config)),
        accessLogFormat: accessLogFormat(),
      },
      defaultCorsPreflightOptions: {
        allowOrigins: config.corsOrigins,
        allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        allowHeaders: [
          'authorization',
          'content-type',
          'idempotency-key',
          'if-none-match',
          'x-api-key',
          'x-idempotency-key',
          'x-tenant-id',
        ],
        exposeHeaders: ['etag', 'location', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
        maxAge: Duration.hours(1),
      },
    });
    this.#routes(hasUsagePlan(config));
    if (config.pages) new Pages(this, 'Pages', { api: this.api, leadTo: integration(this.functions.publicApi) });
    if (hasUsagePlan(config)) new RequestQuota(this, 'RequestQuota', this.api, config);
    addGatewayResponses(this.api, config.corsOrigins[0] ?? '*');
    this.#acknowledge(config);
  }

  #routes(apiKeyRequired: boolean): void {
    const { authorizer, jobsApi, uploadsApi, queriesApi, publicApi } = this.functions;
    const methodOptions = {
      authorizationType: AuthorizationType.CUSTOM,
      apiKeyRequired,
      authorizer: new RequestAuthorizer(this, 'Authorizer', {
        handler: authorizer.lambda,
        // The credential is in one of two headers, and a named identity source must always be there. The function keeps what
        // it has read for a while itself, so nothing is cached here.
        identitySources: [],
        resultsCacheTtl: Duration.seconds(0),
      }),
    };
    const jobs = this.api.root.addResource('bulk').addResource('jobs');
    const jobsIntegration = integration(jobsApi);
    jobs.addMethod('ANY', jobsIntegration, methodOptions);
    // A variable segment can have no other beside it: what is behind the id can't be a {proxy+} of its own.
    const job = jobs.addResource('{job_id}');
    job.addMethod('ANY', jobsIntegration, methodOptions);
    job.addResource('{proxy+}').addMethod('ANY', jobsIntegration, methodOptions);
    const uploadsIntegration = integration(uploadsApi);
    const uploads = job.addResource('uploads');
    for (const resource of [
      uploads,
      uploads.addResource('{proxy+}'),
      ...uploadPaths.map((path) => job.addResource(path)),
    ])
      resource.addMethod('ANY', uploadsIntegration, methodOptions);
    this.api.root.addResource('queries').addMethod('ANY', integration(queriesApi), methodOptions);
    const publicIntegration = integration(publicApi);
    for (const path of publicPaths) {
      const method = this.api.root
        .addResource(path)
        .addMethod('GET', publicIntegration, { authorizationType: AuthorizationType.NONE });
      acknowledge(method, {
        'AwsSolutions-APIG4':
          'Says what the service is and allows, to anybody; it reads no data and has no permissions.',
        'AwsSolutions-COG4': 'Public on purpose.',
      });
    }
  }

  #accessLogs(config: Config): LogGroup {
    return new LogGroup(this, 'AccessLogs', {
      retention: config.logRetentionDays,
      removalPolicy: config.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  #acknowledge(config: Config): void {
    acknowledge(this.api, {
      'AwsSolutions-APIG2':
        'Requests are validated by the schemas in contract/, which also give the answer its JSON pointers.',
      'AwsSolutions-COG4':
        'Callers have API keys of the service, checked by the Lambda authorizer; there is no user pool.',
    });
    acknowledge(this.api.deploymentStage, {
      'AwsSolutions-APIG3':
        'A web ACL costs money each month and is a choice of the account: docs/deploy.md says how to attach one.',
    });
    if (!config.createApiLoggingRole) return;
    const partition = '<AWS::Partition>';
    acknowledge(this.api, {
      [`AwsSolutions-IAM4[Policy::arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]`]:
        'The policy that AWS documents for the account-wide role of API Gateway: it covers every API of the account.',
    });
  }
}

const integration = (fn: ApiFunctions[keyof ApiFunctions]) =>
  new LambdaIntegration(fn.lambda, { proxy: true, allowTestInvoke: false, timeout: timeouts.apiIntegration });

/** One JSON object a request. No query string and no headers: they may hold credentials. */
const accessLogFormat = () =>
  AccessLogFormat.custom(
    JSON.stringify({
      request_id: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTimeEpoch(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      response_bytes: AccessLogField.contextResponseLength(),
      latency_ms: AccessLogField.contextResponseLatency(),
      integration_ms: AccessLogField.contextIntegrationLatency(),
      tenant_id: AccessLogField.contextAuthorizer('tenant_id'),
      key_id: AccessLogField.contextAuthorizer('key_id'),
      error: AccessLogField.contextErrorResponseType(),
      ip: AccessLogField.contextIdentitySourceIp(),
      user_agent: AccessLogField.contextIdentityUserAgent(),
      trace_id: AccessLogField.contextXrayTraceId(),
    }),
  );

/** What a page that the API serves is of, to a browser. */
export const apiOrigin = (api: RestApi): string =>
  `https://${api.restApiId}.execute-api.${Stack.of(api).region}.${Stack.of(api).urlSuffix}`;

/** The address of the API, without a slash at its end. */
export const apiUrl = (api: RestApi): string => `${apiOrigin(api)}/${stageName}`;
