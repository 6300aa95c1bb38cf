import type { ApiAnswer } from '../lambda/invoke-api.ts';
import type { AccessKeys, KeyOwner } from './access-keys.ts';
import { queryAnswer, queryFailure } from './query-protocol.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const roleArn = /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;
const sessionName = /^[\w+=,.@-]{2,64}$/;
const defaultSeconds = 3600;
const shortestSeconds = 900;
const longestSeconds = 43_200;

/**
 * With the role of `cdk bootstrap` that deploys, `cdk diff` would upload the template and have a change set made of it. Nothing
 * deploys here, and this is the one refusal that it takes for an answer: it compares the templates themselves.
 */
const deployRole = /:role\/cdk-\w+-deploy-role-/;

/**
 * STS: `GetCallerIdentity`, and `AssumeRole` for whatever role is named. No trust policy is evaluated, and session policies
 * and tags have no effect.
 */
export function stsAnswer(form: URLSearchParams, caller: KeyOwner, keys: AccessKeys, account: string): ApiAnswer {
  const action = form.get('Action') ?? '';
  switch (action) {
    case 'GetCallerIdentity':
      return queryAnswer(action, { Arn: caller.arn, UserId: caller.userId, Account: account }, namespace);
    case 'AssumeRole':
      return assumeRole(form, keys);
    default:
      return queryFailure('InvalidAction', `${action} is not implemented locally`);
  }
}

function assumeRole(form: URLSearchParams, keys: AccessKeys): ApiAnswer {
  const role = form.get('RoleArn') ?? '';
  if (deployRole.test(role)) return queryFailure('ExpiredToken', 'Nothing can be deployed to the local AWS');
  const invalid = (message: string) => queryFailure('ValidationError', message);
  const [, account, name] = roleArn.exec(role) ?? [];
  if (account === undefined || name === undefined) return invalid(`${role} is invalid`);
  const session = form.get('RoleSessionName') ?? '';
  if (!sessionName.test(session))
    return invalid(`Value '${session}' at 'roleSessionName' failed to satisfy constraint: [\\w+=,.@-]{2,64}`);
  const seconds = Number(form.get('DurationSeconds') ?? defaultSeconds);
  if (!Number.isInteger(seconds) || seconds < shortestSeconds || seconds > longestSeconds)
    return invalid(
      `Value '${form.get('DurationSeconds') ?? ''}' at 'durationSeconds' must be between ${shortestSeconds} and ${longestSeconds}`,
    );
  const { owner, ...made } = keys.assumeRole({ account, name }, session, seconds);
  const Credentials = {
    AccessKeyId: made.accessKeyId,
    SecretAccessKey: made.secretAccessKey,
    SessionToken: made.sessionToken,
    Expiration: made.expiration.toISOString(),
  };
  return queryAnswer(
    'AssumeRole',
    { Credentials, AssumedRoleUser: { AssumedRoleId: owner.userId, Arn: owner.arn } },
    namespace,
  );
}
