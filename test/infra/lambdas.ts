import * as z from 'zod';
import { environments, type LambdaName } from '../../contract/environments.ts';
import type { Resource, Synthesized } from './stack.ts';

export const lambdaNames = Object.keys(environments) as LambdaName[];

const Function = z.looseObject({
  Description: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).optional(),
  ReservedConcurrentExecutions: z.number().optional(),
  TracingConfig: z.object({ Mode: z.string() }),
  LoggingConfig: z.looseObject({ LogFormat: z.string() }),
});

export interface LambdaResource {
  name: LambdaName;
  logicalId: string;
  properties: z.infer<typeof Function>;
}

/** The Lambdas of a template by the name of their file, which ends their description. */
export function lambdas(synthesized: Synthesized): LambdaResource[] {
  return Object.entries(synthesized.ofType('AWS::Lambda::Function')).map(([logicalId, resource]) => {
    const properties = Function.parse(resource.Properties);
    const name = lambdaNames.find((each) => properties.Description.endsWith(`: ${each}`));
    if (name === undefined) throw new Error(`${logicalId} is no Lambda of contract/environments.ts`);
    return { name, logicalId, properties };
  });
}

export function lambda(synthesized: Synthesized, name: LambdaName): LambdaResource {
  const found = lambdas(synthesized).find((each) => each.name === name);
  if (found === undefined) throw new Error(`The template has no ${name}`);
  return found;
}

const Statement = z.object({
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.unknown().transform((resource) => [resource].flat()),
  Condition: z.unknown().optional(),
});
export type Statement = z.infer<typeof Statement>;
const Policy = z.looseObject({
  PolicyDocument: z.object({ Statement: z.array(Statement) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});

/** What the policies of a template allow a role. */
export function statementsOf(synthesized: Synthesized, roleId: string): Statement[] {
  const policies = Object.values(synthesized.ofType('AWS::IAM::Policy')).map((one: Resource) =>
    Policy.parse(one.Properties),
  );
  const its = policies.filter(({ Roles }) => Roles.some(({ Ref }) => Ref === roleId));
  return its.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export const statementsOfLambda = (synthesized: Synthesized, name: LambdaName): Statement[] =>
  statementsOf(synthesized, lambda(synthesized, name).properties.Role['Fn::GetAtt'][0]);
