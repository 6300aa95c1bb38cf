import { randomUUID } from 'node:crypto';
import type { ApiAnswer } from '../lambda/invoke-api.ts';
import type { AccessKeys, KeyOwner } from './access-keys.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const roleArn = /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;
const sessionName = /^[\w+=,.@-]{2,64}$/;
const defaultSeconds = 3600;
const shortestSeconds = 900;
const longestSeconds = 43_200;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function answer(action: string, result: string): ApiAnswer {
  const metadata = element('ResponseMetadata', element('RequestId', randomUUID()));
  const body = `<${action}Response xmlns="${namespace}">${element(`${action}Result`, result)}${metadata}</${action}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function refusal(code: string, message: string): ApiAnswer {
  const error = element('Type', 'Sender') + element('Code', code) + element('Message', escaped(message));
  const body = `<ErrorResponse xmlns="${namespace}">${element('Error', error)}${element('RequestId', randomUUID())}</ErrorResponse>`;
  return { status: 400, headers: { 'content-type': 'text/xml' }, body };
}

/**
 * STS: `GetCallerIdentity`, and `AssumeRole` for whatever role is named. No trust policy is evaluated, and session policies
 * and tags have no effect.
 */
export function stsAnswer(form: string, caller: KeyOwner, keys: AccessKeys, account: string): ApiAnswer {
  const parameters = new URLSearchParams(form);
  const action = parameters.get('Action') ?? '';
  switch (action) {
    case 'GetCallerIdentity':
      return answer(
        action,
        element('Arn', caller.arn) + element('UserId', caller.userId) + element('Account', account),
      );
    case 'AssumeRole':
      return assumeRole(parameters, keys);
    default:
      return refusal('InvalidAction', `${action.replace(/\W/g, '')} is not implemented locally`);
  }
}

function assumeRole(parameters: URLSearchParams, keys: AccessKeys): ApiAnswer {
  const [, account, name] = roleArn.exec(parameters.get('RoleArn') ?? '') ?? [];
  if (account === undefined || name === undefined) {
    return refusal('ValidationError', `${parameters.get('RoleArn') ?? ''} is invalid`);
  }
  const session = parameters.get('RoleSessionName') ?? '';
  if (!sessionName.test(session)) {
    return refusal(
      'ValidationError',
      `Value '${session}' at 'roleSessionName' failed to satisfy constraint: [\\w+=,.@-]{2,64}`,
    );
  }
  const seconds = Number(parameters.get('DurationSeconds') ?? defaultSeconds);
  if (!Number.isInteger(seconds) || seconds < shortestSeconds || seconds > longestSeconds) {
    return refusal(
      'ValidationError',
      `Value '${parameters.get('DurationSeconds') ?? ''}' at 'durationSeconds' must be between ${shortestSeconds} and ${longestSeconds}`,
    );
  }
  const { owner, ...made } = keys.assumeRole({ account, name }, session, seconds);
  const credentials =
    element('AccessKeyId', made.accessKeyId) +
    element('SecretAccessKey', made.secretAccessKey) +
    element('SessionToken', made.sessionToken) +
    element('Expiration', made.expiration.toISOString());
  const user = element('AssumedRoleId', owner.userId) + element('Arn', owner.arn);
  return answer('AssumeRole', element('Credentials', credentials) + element('AssumedRoleUser', user));
}
