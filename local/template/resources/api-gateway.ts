import * as z from 'zod';
import { flag, numeric } from './scalars.ts';

const StringMap = z.record(z.string(), z.string());

/** `AWS::ApiGateway::RestApi`. A `Body` (OpenAPI) is not read. */
export const RestApiProperties = z.object({
  Name: z.string().optional(),
  BinaryMediaTypes: z.array(z.string()).default([]),
  Body: z.undefined({ error: 'an API made from an OpenAPI body is not run locally' }).optional(),
});

/** `AWS::ApiGateway::Resource`: one segment of a path. */
export const ResourceProperties = z.object({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() });

/** Of one method, or of all: `*` under `/*`. */
const MethodSetting = z.object({
  HttpMethod: z.string().default(''),
  ResourcePath: z.string().default(''),
  ThrottlingRateLimit: numeric.optional(),
  ThrottlingBurstLimit: numeric.optional(),
});

/** `AWS::ApiGateway::Stage`. */
export const StageProperties = z.object({
  RestApiId: z.string(),
  StageName: z.string(),
  DeploymentId: z.string().optional(),
  Variables: StringMap.default({}),
  MethodSettings: z.array(MethodSetting).default([]),
});
export type StageProperties = z.infer<typeof StageProperties>;

/** `AWS::ApiGateway::Deployment`, which may carry the name of a stage itself. */
export const DeploymentProperties = z.object({ RestApiId: z.string(), StageName: z.string().optional() });

/** Of a whole status, as API Gateway matches it. */
const pattern = z.string().transform((text, report) => {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    report.addIssue({ code: 'custom', message: 'is no regular expression' });
    return z.NEVER;
  }
});

const IntegrationResponse = z.object({
  StatusCode: z.coerce.string(),
  ResponseParameters: StringMap.default({}),
  ResponseTemplates: StringMap.default({}),
});

/** As above, chosen by the status that the service answers with. */
const ServiceResponse = IntegrationResponse.extend({
  SelectionPattern: pattern.optional(),
  ResponseParameters: z
    .record(
      z.string().regex(/^method\.response\.header\.[\w-]+$/, 'only headers are answered locally'),
      z
        .string()
        .regex(/^('.*'|integration\.response\.header\.[\w-]+)$/s, 'a text in quotes, or a header of the service'),
    )
    .default({}),
  ResponseTemplates: z
    .record(
      z.string(),
      z.string().regex(/^([^#$]|\$context\.requestId\b)*$/, 'of VTL only $context.requestId is known locally'),
    )
    .refine(
      (templates) => Object.keys(templates).length <= 1,
      'which of several templates is meant is not known locally',
    )
    .default({}),
  ContentHandling: z.undefined({ error: 'contents are not converted locally' }).optional(),
});
export type ServiceResponse = z.infer<typeof ServiceResponse>;

/** Reads objects of S3: bucket and key stand in the address. */
const S3Integration = z.object({
  Type: z.literal('AWS'),
  IntegrationHttpMethod: z.literal('GET', { error: 'of the services of AWS only S3 is called locally, to read' }),
  Uri: z
    .string()
    .regex(
      /^arn:[^:]+:apigateway:[^:]+:s3:path\/[^/{}]+\/[^{}]+$/,
      'of the services of AWS only S3 is called locally, to read',
    ),
  Credentials: z.string({ error: 'S3 lets nobody read without a role' }),
  // Anything else is not passed on locally.
  RequestParameters: z
    .strictObject({
      'integration.request.header.If-None-Match': z
        .string()
        .regex(/^method\.request\.header\.[\w-]+$/, 'only a header of the request is passed on locally')
        .optional(),
    })
    .default({}),
  RequestTemplates: z.undefined({ error: 'requests to S3 are not made by templates locally' }).optional(),
  CacheKeyParameters: z.undefined({ error: 'nothing is cached locally' }).optional(),
  IntegrationResponses: z.array(ServiceResponse).min(1),
});
export type S3Integration = z.infer<typeof S3Integration>;

/** What a method does: call a Lambda function, answer by itself, or read an object. */
export const Integration = z.discriminatedUnion('Type', [
  S3Integration,
  z.object({
    Type: z.literal('AWS_PROXY'),
    Uri: z.string(),
    TimeoutInMillis: numeric.default(29_000),
    ResponseTransferMode: z.literal('BUFFERED').default('BUFFERED'),
  }),
  z.object({
    Type: z.literal('MOCK'),
    RequestTemplates: StringMap.default({}),
    IntegrationResponses: z.array(IntegrationResponse).default([]),
  }),
]);
export type Integration = z.infer<typeof Integration>;

const MethodResponse = z.object({
  StatusCode: z.coerce.string(),
  ResponseParameters: z.record(z.string(), flag).default({}),
});

/** `AWS::ApiGateway::Method`. */
export const MethodProperties = z
  .object({
    RestApiId: z.string(),
    ResourceId: z.string(),
    HttpMethod: z.string(),
    AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
    AuthorizerId: z.string().optional(),
    OperationName: z.string().optional(),
    ApiKeyRequired: flag.default(false),
    RequestParameters: z.record(z.string(), flag).default({}),
    MethodResponses: z.array(MethodResponse).default([]),
    Integration,
  })
  .superRefine(({ Integration: integration, RequestParameters, MethodResponses }, report) => {
    // A deployment is refused for these.
    if (integration.Type !== 'AWS') return;
    const undeclared = (message: string) => report.addIssue({ code: 'custom', path: ['Integration'], message });
    for (const source of Object.values(integration.RequestParameters))
      if (source !== undefined && !(source in RequestParameters)) undeclared(`the method does not declare ${source}`);
    for (const { StatusCode, ResponseParameters } of integration.IntegrationResponses) {
      const declared = MethodResponses.find((each) => each.StatusCode === StatusCode);
      if (declared === undefined) undeclared(`the method does not declare the status ${StatusCode}`);
      for (const name of Object.keys(ResponseParameters))
        if (declared && !(name in declared.ResponseParameters)) undeclared(`the method does not declare ${name}`);
    }
  });

/** `AWS::ApiGateway::Authorizer` backed by a Lambda function. TTL in seconds. */
export const AuthorizerProperties = z.object({
  RestApiId: z.string(),
  Type: z.enum(['REQUEST', 'TOKEN']),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: numeric.default(300),
  IdentitySource: z.string().default(''),
  IdentityValidationExpression: z.string().optional(),
});
export type AuthorizerProperties = z.infer<typeof AuthorizerProperties>;

/** `AWS::ApiGateway::GatewayResponse`. */
export const GatewayResponseProperties = z.object({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.coerce.string().optional(),
  ResponseParameters: StringMap.default({}),
  ResponseTemplates: StringMap.default({}),
});
export type GatewayResponseProperties = z.infer<typeof GatewayResponseProperties>;
