import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import document from '../contract/openapi.json' with { type: 'json' };
import { fixedLimits } from '../contract/limits.ts';
import { limitName, settingNames, settings, settingUnits } from '../contract/settings.ts';
import type { Limits } from '../contract/service.ts';
import { composePublicApi } from './shared/compose.ts';
import { leadToPage } from './shared/http/lead-to-page.ts';
import { json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const { env, clock, ...context } = composePublicApi();

const limits: Limits = {
  limits: [
    ...settingNames.map((name) => ({
      name: limitName(name),
      value: env[name],
      unit: settingUnits[name],
      description: settings[name].description ?? name,
    })),
    ...Object.entries(fixedLimits).map(([name, limit]) => ({ name, ...limit })),
  ],
};

const answers: Answers<'getHealth' | 'getLimits' | 'getOpenApi'> = {
  getHealth: () =>
    Promise.resolve(json(200, { status: 'ok', version: document.info.version, time: clock.now().toISOString() })),
  getLimits: () => Promise.resolve(json(200, limits)),
  getOpenApi: () => Promise.resolve(json(200, document)),
};

const calls = serve(answers, context);

export const handler = async (event: APIGatewayProxyEvent, lambda: Context): Promise<APIGatewayProxyResult> =>
  leadToPage(event) ?? (await calls(event, lambda));
