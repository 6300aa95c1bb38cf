import type { ApiAnswer } from '../lambda/invoke-api.ts';

/** STS: `GetCallerIdentity` and nothing else. */
export function stsAnswer(form: string, accessKeyId: string, account: string): ApiAnswer {
  const headers = { 'content-type': 'text/xml' };
  const action = new URLSearchParams(form).get('Action') ?? '';
  if (action !== 'GetCallerIdentity') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>${action.replace(/\W/g, '')} is not implemented locally</Message></Error></ErrorResponse>`;
    return { status: 400, headers, body };
  }
  const result = `<Arn>arn:aws:iam::${account}:user/${accessKeyId}</Arn><UserId>${accessKeyId}</UserId><Account>${account}</Account>`;
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  const body = `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
  return { status: 200, headers, body };
}
