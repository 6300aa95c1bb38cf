import type { ApiAnswer } from '../lambda/invoke-api.ts';
import type { Stack } from '../template/load-stack.ts';
import { queryAnswer, queryFailure } from './query-protocol.ts';

const namespace = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** What runs, and since when. */
export interface DeployedStack extends Pick<Stack, 'stackName' | 'stackId' | 'templateBody' | 'outputs'> {
  startedAt: Date;
}

/** CloudFormation, for reading: `DescribeStacks` and `GetTemplate` of the one stack that runs. */
export function cloudFormationAnswer(form: URLSearchParams, stack: DeployedStack): ApiAnswer {
  const action = form.get('Action') ?? '';
  const asked = form.get('StackName');
  switch (action) {
    case 'DescribeStacks':
      if (asked !== null && !isAskedFor(stack, asked)) return noStack(asked);
      return queryAnswer(action, { Stacks: { member: described(stack) } }, namespace);
    case 'GetTemplate':
      if (asked === null || !isAskedFor(stack, asked)) return noStack(asked ?? '');
      return queryAnswer(action, { TemplateBody: stack.templateBody }, namespace);
    default:
      return queryFailure('InvalidAction', `${action} is not implemented locally: the stack is read-only`);
  }
}

function isAskedFor({ stackName, stackId }: DeployedStack, asked: string): boolean {
  return asked === stackName || asked === stackId;
}

function noStack(asked: string): ApiAnswer {
  return queryFailure('ValidationError', `Stack with id ${asked} does not exist`);
}

function described({ stackName, stackId, outputs, startedAt }: DeployedStack) {
  const member = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  const status = { StackStatus: 'CREATE_COMPLETE', CreationTime: startedAt.toISOString() };
  return { StackName: stackName, StackId: stackId, ...status, Outputs: { member } };
}
