import { evaluatePolicy, PolicyDocument } from '../../../local/api-gateway/policy.ts';

const arn = 'arn:aws:execute-api:us-east-1:0:api/v1/GET/bulk/jobs';
const judge = (...Statement: object[]) =>
  evaluatePolicy(PolicyDocument.parse({ Version: '2012-10-17', Statement }), arn);
const allow = (Resource: string | string[], Action = 'execute-api:Invoke') => ({ Effect: 'Allow', Action, Resource });
const deny = (Resource: string) => ({ Effect: 'Deny', Action: 'execute-api:*', Resource });

describe('the policy of an authorizer', () => {
  it.each<[string, object[], string]>([
    ['the very resource', [allow(arn)], 'allowed'],
    ['a wildcard', [allow('arn:aws:execute-api:*:*:api/v1/*')], 'allowed'],
    ['one of several resources', [allow(['x', arn])], 'allowed'],
    ['a question mark as one character', [allow(arn.replace('GET', 'G?T'))], 'allowed'],
    ['another method', [allow(arn.replace('GET', 'POST'))], 'not-allowed'],
    ['a prefix without a wildcard', [allow('arn:aws:execute-api:us-east-1:0:api/v1/GET')], 'not-allowed'],
    ['another action', [allow('*', 's3:GetObject')], 'not-allowed'],
    ['nothing', [], 'not-allowed'],
    ['a deny after an allow', [allow('*'), deny(arn)], 'denied'],
    ['a deny of something else', [allow('*'), deny('x')], 'allowed'],
  ])('with %s says %s', (_name, statements, verdict) => {
    expect(judge(...statements)).toBe(verdict);
  });

  it('is refused with a condition, which would otherwise be taken for none', () => {
    expect(() => judge({ ...allow('*'), Condition: { Bool: {} } })).toThrow();
  });
});
