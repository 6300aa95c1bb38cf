import type { FunctionDefinition } from './function-definition.ts';

/** What all functions of a stack share. */
export interface RuntimeSettings {
  region: string;
  /** One endpoint for all services. */
  awsEndpointUrl: string;
  /** Credentials of a function: each has its own key, so that its calls can be told apart. */
  credentialsOf: (logicalId: string) => { accessKeyId: string; secretAccessKey: string };
}

/**
 * The whole environment of a function's process. Nothing of the parent's is passed on but the search path, without which
 * no child of the function would be found.
 */
export function functionEnvironment(definition: FunctionDefinition, settings: RuntimeSettings): Record<string, string> {
  const { accessKeyId, secretAccessKey } = settings.credentialsOf(definition.logicalId);
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    ...definition.environment,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: settings.awsEndpointUrl,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.folder,
    _HANDLER: definition.handler,
  };
}
