import * as z from 'zod';
import type { ApiAnswer } from '../lambda/invoke-api.ts';

const GetParameter = z.object({ Name: z.string() });
const bootstrapVersion = /^\/cdk-bootstrap\/[^/]+\/version$/;

/**
 * Systems Manager: the one parameter by which the CDK CLI knows that it may look up things here.
 * @throws ZodError when the input is not that of `GetParameter`
 */
export function ssmAnswer(operation: string, input: unknown): ApiAnswer {
  if (operation !== 'GetParameter')
    return failure('UnknownOperationException', `${operation} is not implemented locally`);
  const { Name } = GetParameter.parse(input);
  if (!bootstrapVersion.test(Name)) return failure('ParameterNotFound', `There is no parameter ${Name} locally`);
  return answer(200, { Parameter: { Name, Type: 'String', Value: '30', Version: 1 } });
}

const answer = (status: number, content: unknown): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(content),
});
const failure = (type: string, message: string): ApiAnswer => answer(400, { __type: type, message });
