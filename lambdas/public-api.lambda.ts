import document from '../contract/openapi.json' with { type: 'json' };
import { fixedLimits } from '../contract/limits.ts';
import { type SettingName, settings } from '../contract/settings.ts';
import type { Limits } from '../contract/service.ts';
import { composePublicApi } from './shared/compose.ts';
import { json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const { env, clock, ...context } = composePublicApi();

const unitOf = (name: SettingName): string =>
  /_(DAYS|HOURS|SECONDS|MB|EXPIRY|JOBS|ATTEMPTS)$/.exec(name)?.[1]?.toLowerCase() ?? 'count';

const limits: Limits = {
  limits: [
    ...(Object.keys(settings) as SettingName[]).map((name) => ({
      name: name.toLowerCase().replace('spectra_', ''),
      value: env[name],
      unit: unitOf(name) === 'expiry' ? 'seconds' : unitOf(name),
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

export const handler = serve(answers, context);
