import * as z from 'zod';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const Statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});

/** A policy of an authorizer. Conditions are not evaluated here, so a policy that has one is refused. */
export const PolicyDocument = z.object({
  Version: z.string().optional(),
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement)]),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** What a policy says of a call: a matching Deny wins, and what nothing allows is denied as well. */
export type Verdict = 'allowed' | 'denied' | 'not-allowed';

/** Holds a policy against the ARN of a method. */
export function evaluatePolicy({ Statement: statements }: PolicyDocument, arn: string): Verdict {
  const matching = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), 'execute-api:invoke')) &&
      Resource.some((pattern) => matches(pattern, arn)),
  );
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not-allowed';
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
