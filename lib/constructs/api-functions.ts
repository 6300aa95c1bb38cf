import type { Construct } from 'constructs';
import { type SettingName, settingNames } from '../../contract/settings.ts';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { common, cors, retention, text, tokens } from './environment.ts';
import { ServiceFunction, type Surroundings } from './service-function.ts';
import { timeouts } from './timeouts.ts';
import { usageKey } from './usage-plan.ts';

export interface ApiFunctions {
  authorizer: ServiceFunction<'authorizer'>;
  jobsApi: ServiceFunction<'jobs-api'>;
  uploadsApi: ServiceFunction<'uploads-api'>;
  queriesApi: ServiceFunction<'queries-api'>;
  publicApi: ServiceFunction<'public-api'>;
}

/** The functions behind the API; somebody waits for each, so they get more memory than their work needs: with it comes CPU. */
export function apiFunctions(scope: Construct, surroundings: Surroundings, config: Config): ApiFunctions {
  const { settings } = config;
  const functions: ApiFunctions = {
    authorizer: new ServiceFunction(scope, 'AuthorizerLambda', surroundings, {
      name: 'authorizer',
      environment: {
        SPECTRA_TABLE_NAME: surroundings.resources.table.tableName,
        ...tokens(config),
        SPECTRA_USAGE_KEY: usageKey(scope, config),
        SPECTRA_TENANT_REQUESTS_PER_SECOND: text(settings.SPECTRA_TENANT_REQUESTS_PER_SECOND),
        SPECTRA_TENANT_REQUEST_BURST: text(settings.SPECTRA_TENANT_REQUEST_BURST),
      },
      timeout: timeouts.authorizer,
      memory: 512,
    }),
    jobsApi: new ServiceFunction(scope, 'JobsApiLambda', surroundings, {
      name: 'jobs-api',
      environment: {
        ...common(surroundings.resources),
        ...retention(config),
        ...cors(config),
        SPECTRA_LOAD_SCHEMAS: config.loads.schemas.join(','),
        SPECTRA_PRESIGNED_URL_EXPIRY: text(settings.SPECTRA_PRESIGNED_URL_EXPIRY),
        SPECTRA_BULK_MAX_FILE_SIZE_MB: text(settings.SPECTRA_BULK_MAX_FILE_SIZE_MB),
        SPECTRA_TENANT_JOBS_PER_DAY: text(settings.SPECTRA_TENANT_JOBS_PER_DAY),
        SPECTRA_TENANT_MAX_WAITING_JOBS: text(settings.SPECTRA_TENANT_MAX_WAITING_JOBS),
      },
      timeout: timeouts.api,
      memory: 512,
    }),
    uploadsApi: uploadsApi(scope, surroundings, config),
    queriesApi: queriesApi(scope, surroundings, config),
    publicApi: new ServiceFunction(scope, 'PublicApiLambda', surroundings, {
      name: 'public-api',
      environment: { ...cors(config), ...allSettings(config) },
      timeout: timeouts.api,
      memory: 256,
    }),
  };
  for (const fn of Object.values(functions) as ServiceFunction[]) {
    acknowledge(fn, {
      'Serverless-LambdaDLQ': 'Called by API Gateway, which waits for the answer: there is nothing to keep for later.',
    });
  }
  return functions;
}

const uploadsApi = (scope: Construct, surroundings: Surroundings, config: Config) =>
  new ServiceFunction(scope, 'UploadsApiLambda', surroundings, {
    name: 'uploads-api',
    environment: {
      ...common(surroundings.resources),
      ...retention(config),
      ...cors(config),
      SPECTRA_PRESIGNED_URL_EXPIRY: text(config.settings.SPECTRA_PRESIGNED_URL_EXPIRY),
      SPECTRA_LOAD_MAX_FILE_SIZE_MB: text(config.settings.SPECTRA_LOAD_MAX_FILE_SIZE_MB),
    },
    timeout: timeouts.api,
    memory: 512,
  });

const queriesApi = (scope: Construct, surroundings: Surroundings, config: Config) =>
  new ServiceFunction(scope, 'QueriesApiLambda', surroundings, {
    name: 'queries-api',
    environment: {
      SPECTRA_TABLE_NAME: surroundings.resources.table.tableName,
      ...surroundings.resources.warehouse.environment,
      ...retention(config),
      ...cors(config),
      SPECTRA_DEPLOYMENT: config.deployment,
      SPECTRA_BULK_MAX_FILE_SIZE_MB: text(config.settings.SPECTRA_BULK_MAX_FILE_SIZE_MB),
      SPECTRA_TENANT_JOBS_PER_DAY: text(config.settings.SPECTRA_TENANT_JOBS_PER_DAY),
      SPECTRA_TENANT_MAX_WAITING_JOBS: text(config.settings.SPECTRA_TENANT_MAX_WAITING_JOBS),
      SPECTRA_RESULT_SIZE_THRESHOLD: text(config.settings.SPECTRA_RESULT_SIZE_THRESHOLD),
      SPECTRA_DEFAULT_TIMEOUT_SECONDS: text(config.settings.SPECTRA_DEFAULT_TIMEOUT_SECONDS),
    },
    timeout: timeouts.api,
    memory: 512,
  });

const allSettings = ({ settings }: Config) =>
  Object.fromEntries(settingNames.map((name) => [name, text(settings[name])])) as Record<SettingName, string>;
