import { Fn, Stack } from 'aws-cdk-lib';
import { Period, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';

export const hasUsagePlan = (config: Config): boolean => config.settings.SPECTRA_API_REQUESTS_PER_DAY > 0;

/** The id that CloudFormation gave the stack, a UUID: unique in the account, and known to the template. '' without a plan. */
export const usageKey = (scope: Construct, config: Config): string =>
  hasUsagePlan(config) ? Fn.select(2, Fn.split('/', Stack.of(scope).stackId)) : '';

/**
 * A quota of requests a day for the installation as a whole, so that no caller and no loop can run up a bill. API Gateway counts
 * under an API key of its own that the authorizer names for every caller; it is no credential, since no caller can send it.
 */
export class RequestQuota extends Construct {
  constructor(scope: Construct, id: string, api: RestApi, config: Config) {
    super(scope, id);
    const { settings } = config;
    const plan = api.addUsagePlan('UsagePlan', {
      description: `${config.stackName}: all callers together`,
      quota: { limit: settings.SPECTRA_API_REQUESTS_PER_DAY, period: Period.DAY },
      throttle: {
        rateLimit: settings.SPECTRA_API_REQUESTS_PER_SECOND,
        burstLimit: settings.SPECTRA_API_REQUEST_BURST,
      },
      apiStages: [{ stage: api.deploymentStage }],
    });
    plan.addApiKey(api.addApiKey('UsageKey', { value: usageKey(this, config) }));
  }
}
