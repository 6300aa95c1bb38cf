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

const IntegrationResponse = z.object({
  StatusCode: z.coerce.string(),
  ResponseParameters: StringMap.default({}),
  ResponseTemplates: StringMap.default({}),
});

/** What a method does: call a Lambda function, or answer by itself. */
export const Integration = z.discriminatedUnion('Type', [
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

/** `AWS::ApiGateway::Method`. */
export const MethodProperties = z.object({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
  AuthorizerId: z.string().optional(),
  OperationName: z.string().optional(),
  ApiKeyRequired: flag.default(false),
  Integration,
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
