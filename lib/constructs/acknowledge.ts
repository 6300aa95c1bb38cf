import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag on a construct and all that it contains, by rule id. Wildcard rules are accepted finding by
 * finding (`AwsSolutions-IAM5[Resource::*]`), so that a new wildcard is a new decision.
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}
