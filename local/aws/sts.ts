import type { ApiAnswer } from '../lambda/invoke-api.ts';
import { queryAnswer, queryFailure } from './query-protocol.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const sessionMs = 3_600_000;

/** Who asks, and where. */
export interface StsCaller {
  accessKeyId: string;
  secretAccessKey: string;
  account: string;
}

/**
 * With the role of `cdk bootstrap` that deploys, `cdk diff` would upload the template and have a change set made of it. Nothing
 * deploys here, and this is the one refusal that it takes for an answer: it compares the templates themselves.
 */
const deployRole = /:role\/cdk-\w+-deploy-role-/;

/** STS: `GetCallerIdentity`, and `AssumeRole`, which lends the caller's own credentials since no permission is enforced here. */
export function stsAnswer(form: URLSearchParams, caller: StsCaller): ApiAnswer {
  const action = form.get('Action') ?? '';
  switch (action) {
    case 'GetCallerIdentity': {
      const { accessKeyId, account } = caller;
      const Arn = `arn:aws:iam::${account}:user/${accessKeyId}`;
      return queryAnswer(action, { Arn, UserId: accessKeyId, Account: account }, namespace);
    }
    case 'AssumeRole':
      return assumeRole(form.get('RoleArn') ?? '', form.get('RoleSessionName') ?? '', caller);
    default:
      return queryFailure('InvalidAction', `${action} is not implemented locally`);
  }
}

function assumeRole(roleArn: string, session: string, { accessKeyId, secretAccessKey }: StsCaller): ApiAnswer {
  if (deployRole.test(roleArn)) return queryFailure('ExpiredToken', 'Nothing can be deployed to the local AWS');
  const Credentials = {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: 'local',
    Expiration: new Date(Date.now() + sessionMs).toISOString(),
  };
  const Arn = `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${session}`;
  return queryAnswer(
    'AssumeRole',
    { Credentials, AssumedRoleUser: { AssumedRoleId: `${accessKeyId}:${session}`, Arn } },
    namespace,
  );
}
