import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { awsCredentials } from './aws-clients.ts';

/** Who the credentials of the environment are, as AWS sees it: an ARN. @throws what the SDK throws, within seconds */
export async function callerIdentity(): Promise<string> {
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true };
  const client = new STSClient({ maxAttempts: 1, credentials: awsCredentials(), requestHandler });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new Error('STS names nobody');
    return Arn;
  } finally {
    client.destroy();
  }
}
