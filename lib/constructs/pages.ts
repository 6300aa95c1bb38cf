import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  AwsIntegration,
  type Integration,
  type IntegrationResponse,
  type IResource,
  type MethodResponse,
  PassthroughBehavior,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { contentPolicyHeader } from '../../console/content-policy.ts';
import { consoleFiles } from '../../console/files.ts';
import { type PageFolder, pageFolders } from '../../contract/pages.ts';
import { sitePolicy } from '../../site/content-policy.ts';
import { siteFiles } from '../../site/pages.ts';
import { builtConsole } from '../pages/build-console.ts';
import { builtDocs } from '../pages/build-docs.ts';
import { acknowledge } from './acknowledge.ts';
import { type GatewayAnswer, literals, noSuchPath, problemTemplate, unavailable } from './gateway-responses.ts';
import { timeouts } from './timeouts.ts';

interface Folder {
  files: readonly string[];
  /** Builds them and tells where they are. */
  built: () => string;
  contentPolicy: string;
}

/** What lies below each of contract/pages.ts. */
const folders: Readonly<Record<PageFolder, Folder>> = {
  console: { files: consoleFiles, built: builtConsole, contentPolicy: contentPolicyHeader },
  docs: { files: siteFiles, built: builtDocs, contentPolicy: sitePolicy },
};

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

const secured = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000',
};

export interface PagesProps {
  api: RestApi;
  /** Answers for a folder, with the address of its first page. */
  leadTo: Integration;
}

/** The pages for people, as files behind the API: docs/adr/0054-the-console.md says why so. */
export class Pages extends Construct {
  readonly #role: Role;
  readonly #objects: string[] = [];

  constructor(scope: Construct, id: string, { api, leadTo }: PagesProps) {
    super(scope, id);
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: 'Reads the files of the pages, and nothing else',
    });
    for (const folder of pageFolders) {
      const resource = api.root.addResource(folder);
      this.#open(resource, leadTo);
      for (const file of folders[folder].files) this.#serve(resource.addResource(file), folder, file);
    }
    this.#role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: this.#objects }));
    // A page is not to be asked for before it may be read.
    api.latestDeployment?.node.addDependency(this.#role);
  }

  #open(resource: IResource, integration: Integration, options: Parameters<IResource['addMethod']>[2] = {}): void {
    const method = resource.addMethod('GET', integration, { ...options, authorizationType: AuthorizationType.NONE });
    acknowledge(method, {
      'AwsSolutions-APIG4': 'A page that anybody may see: what it shows it asks for with the key of its reader.',
      'AwsSolutions-COG4': 'Public on purpose.',
    });
  }

  #serve(resource: IResource, folder: PageFolder, file: string): void {
    const asset = this.#asset(folder, file);
    const stack = Stack.of(this);
    this.#objects.push(
      stack.formatArn({
        ...{ service: 's3', region: '', account: '', arnFormat: ArnFormat.NO_RESOURCE_NAME },
        resource: `${asset.s3BucketName}/${asset.s3ObjectKey}`,
      }),
    );
    const answers = answersFor(file, folders[folder].contentPolicy);
    const integration = new AwsIntegration({
      service: 's3',
      integrationHttpMethod: 'GET',
      path: `${asset.s3BucketName}/${asset.s3ObjectKey}`,
      options: {
        credentialsRole: this.#role,
        timeout: timeouts.apiIntegration,
        passthroughBehavior: PassthroughBehavior.WHEN_NO_MATCH,
        requestParameters: { 'integration.request.header.If-None-Match': 'method.request.header.If-None-Match' },
        integrationResponses: answers,
      },
    });
    this.#open(resource, integration, {
      requestParameters: { 'method.request.header.If-None-Match': false },
      methodResponses: answers.map(declared),
    });
  }

  /** Under the hash of its contents in the bucket of `cdk bootstrap`. Stacks that are not deployed build nothing. */
  #asset(folder: PageFolder, file: string): Asset {
    const id = `${folder}/${file}`;
    if (Stack.of(this).bundlingRequired) return new Asset(this, id, { path: join(folders[folder].built(), file) });
    return new Asset(this, id, {
      path: import.meta.filename,
      assetHash: createHash('sha256').update(id).digest('hex'),
    });
  }
}

/** By what S3 answers: the file, that it is as the browser has it, or a problem. */
function answersFor(file: string, contentPolicy: string): IntegrationResponse[] {
  const contentType = contentTypes[extname(file)];
  if (contentType === undefined) throw new Error(`No media type is known for ${file}`);
  const found = {
    ...literals({ 'Cache-Control': 'no-cache', ...secured, 'Content-Security-Policy': contentPolicy }),
    ETag: 'integration.response.header.ETag',
  };
  return [
    { statusCode: '200', responseParameters: asHeaders({ 'Content-Type': `'${contentType}'`, ...found }) },
    { statusCode: '304', selectionPattern: '304', responseParameters: asHeaders(found) },
    // S3 says 403 of what isn't there to whoever may not list.
    problem('4\\d{2}', '404', noSuchPath),
    problem('5\\d{2}|30[0-35-8]', '503', unavailable),
  ];
}

const problem = (selectionPattern: string, statusCode: string, answer: GatewayAnswer): IntegrationResponse => ({
  statusCode,
  selectionPattern,
  responseParameters: asHeaders(
    literals({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...secured,
      ...answer.headers,
    }),
  ),
  responseTemplates: { 'application/json': problemTemplate(answer) },
});

const asHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, value]));

/** API Gateway sends no header that the method has not declared. */
const declared = ({ statusCode, responseParameters = {} }: IntegrationResponse): MethodResponse => ({
  statusCode,
  responseParameters: Object.fromEntries(Object.keys(responseParameters).map((name) => [name, true])),
});
