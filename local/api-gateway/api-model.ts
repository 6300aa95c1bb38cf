import { type Stack, type StackResource, UnsupportedTemplateError } from '../template/load-stack.ts';
import {
  AuthorizerProperties,
  DeploymentProperties,
  GatewayResponseProperties,
  MethodProperties,
  ResourceProperties,
  RestApiProperties,
  StageProperties,
  type Integration,
  type S3Integration,
} from '../template/resources/api-gateway.ts';
import type { Throttling } from './throttle.ts';

/** One path of an API, e.g. `{id}`, with what is under it. */
export interface PathNode {
  resourceId: string;
  /** The segment as in the template; `` for the root. */
  part: string;
  /** The whole path, e.g. `/items/{id}`. */
  resourcePath: string;
  children: PathNode[];
  /** By HTTP method, or `ANY`. */
  methods: Map<string, ApiMethod>;
}

/** What answers for a method; an object that is read is a file of the assembly. */
export type RunIntegration = Exclude<Integration, S3Integration> | (S3Integration & { file: string });

/** What a method does, and who may call it. */
export interface ApiMethod {
  integration: RunIntegration;
  authorizer?: ApiAuthorizer;
  operationName?: string;
}

/** A Lambda authorizer. */
export interface ApiAuthorizer {
  id: string;
  properties: AuthorizerProperties;
}

/** One REST API with its one stage. */
export interface ApiModel {
  apiId: string;
  stage: string;
  stageVariables: Readonly<Record<string, string>>;
  deploymentId: string;
  binaryMediaTypes: readonly string[];
  root: PathNode;
  gatewayResponses: ReadonlyMap<string, GatewayResponseProperties>;
  /** Of the stage as a whole; settings of single methods are not kept to. */
  throttling: Throttling | undefined;
}

/** Reads all REST APIs of a stack. */
export function readApis(stack: Stack): ApiModel[] {
  return stack.resourcesOf('AWS::ApiGateway::RestApi', RestApiProperties).map((api) => readApi(stack, api));
}

function readApi(stack: Stack, { ref: apiId, properties }: StackResource<{ BinaryMediaTypes: string[] }>): ApiModel {
  const ofThis = <Properties extends { RestApiId: string }>(resource: StackResource<Properties>) =>
    resource.properties.RestApiId === apiId;
  const responses = stack.resourcesOf('AWS::ApiGateway::GatewayResponse', GatewayResponseProperties).filter(ofThis);
  const stage = stack.resourcesOf('AWS::ApiGateway::Stage', StageProperties).find(ofThis);
  const deployment = stack.resourcesOf('AWS::ApiGateway::Deployment', DeploymentProperties).find(ofThis);
  const stageName = stage?.properties.StageName ?? deployment?.properties.StageName;
  if (stageName === undefined) throw new Error(`API ${apiId} has no stage`);
  return {
    apiId,
    stage: stageName,
    stageVariables: stage?.properties.Variables ?? {},
    deploymentId: deployment?.ref ?? 'local',
    binaryMediaTypes: properties.BinaryMediaTypes,
    root: readPaths(stack, apiId),
    gatewayResponses: new Map(responses.map(({ properties: response }) => [response.ResponseType, response])),
    throttling: throttlingOf(stage?.properties),
  };
}

function throttlingOf(stage: StageProperties | undefined): Throttling | undefined {
  const all = stage?.MethodSettings.find(({ HttpMethod, ResourcePath }) => HttpMethod === '*' && ResourcePath === '/*');
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = all ?? {};
  return rate === undefined || burst === undefined ? undefined : { rate, burst };
}

function readPaths(stack: Stack, apiId: string): PathNode {
  const root: PathNode = { resourceId: `${apiId}/`, part: '', resourcePath: '/', children: [], methods: new Map() };
  const nodes = new Map([[root.resourceId, root]]);
  const resources = stack
    .resourcesOf('AWS::ApiGateway::Resource', ResourceProperties)
    .filter(({ properties }) => properties.RestApiId === apiId);
  for (const { ref, properties } of resources) {
    nodes.set(ref, { resourceId: ref, part: properties.PathPart, resourcePath: '', children: [], methods: new Map() });
  }
  for (const { ref, properties } of resources) {
    const node = nodes.get(ref);
    const parent = nodes.get(properties.ParentId);
    if (node === undefined || parent === undefined) throw new Error(`${ref} hangs under an unknown resource`);
    parent.children.push(node);
  }
  nameBelow(root);
  addMethods(stack, apiId, nodes);
  return root;
}

function nameBelow(node: PathNode): void {
  for (const child of node.children) {
    child.resourcePath = `${node.resourcePath === '/' ? '' : node.resourcePath}/${child.part}`;
    nameBelow(child);
  }
}

function addMethods(stack: Stack, apiId: string, nodes: ReadonlyMap<string, PathNode>): void {
  const authorizers = new Map(
    stack
      .resourcesOf('AWS::ApiGateway::Authorizer', AuthorizerProperties)
      .map(({ ref, properties }) => [ref, { id: ref, properties }]),
  );
  for (const { logicalId, properties } of stack.resourcesOf('AWS::ApiGateway::Method', MethodProperties)) {
    if (properties.RestApiId !== apiId) continue;
    const authorizer = authorizers.get(properties.AuthorizerId ?? '');
    if (properties.AuthorizationType === 'CUSTOM' && authorizer === undefined) {
      throw new Error(`${logicalId} wants an authorizer that the template does not have`);
    }
    nodes.get(properties.ResourceId)?.methods.set(properties.HttpMethod, {
      integration: runnable(stack, logicalId, properties.Integration),
      ...(authorizer && properties.AuthorizationType === 'CUSTOM' && { authorizer }),
      ...(properties.OperationName !== undefined && { operationName: properties.OperationName }),
    });
  }
}

function runnable(stack: Stack, logicalId: string, integration: Integration): RunIntegration {
  if (integration.Type !== 'AWS') return integration;
  const object = integration.Uri.slice(integration.Uri.indexOf(':s3:path/') + ':s3:path/'.length);
  const file = stack.assetFile(object);
  if (file !== undefined) return { ...integration, file };
  throw new UnsupportedTemplateError(`${logicalId} reads ${object}, which is no asset of the stack`);
}
