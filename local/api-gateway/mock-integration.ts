import type { Integration } from '../template/resources/api-gateway.ts';
import { GatewayFailure, type HttpAnswer } from './gateway-response.ts';

type Mock = Extract<Integration, { Type: 'MOCK' }>;

/** The answer of a MOCK integration, as CDK makes them for CORS preflights. Templates with VTL directives give no body. */
export function mockAnswer(mock: Mock): HttpAnswer {
  const request = mock.RequestTemplates['application/json'] ?? Object.values(mock.RequestTemplates)[0] ?? '';
  const status = /statusCode"?\s*:\s*(\d{3})/.exec(request)?.[1];
  const response =
    mock.IntegrationResponses.find(({ StatusCode }) => StatusCode === status) ?? mock.IntegrationResponses[0];
  if (response === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR');
  const template = response.ResponseTemplates['application/json'] ?? '';
  return {
    status: Number(response.StatusCode),
    headers: Object.entries(response.ResponseParameters).map(
      ([parameter, value]) =>
        [parameter.replace(/^method\.response\.header\./, ''), value.replace(/^'|'$/g, '')] as const,
    ),
    body: Buffer.from(template.includes('#') ? '' : template),
  };
}
