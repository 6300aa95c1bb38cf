import { roleOf, type Caller } from '../identity/caller.ts';
import { accessDenied } from '../protocol/api-error.ts';
import type { Submission } from '../statements/statement.ts';
import type { StatementStore } from '../statements/store.ts';

/**
 * Redshift leaves it to the caller's IAM policy who may see a statement. The managed policy for the Data API lets only its
 * owner, by the condition key redshift-data:statement-owner-iam-userid (for a role: the role and the session's name), so that
 * is what callers have here. Trusted ones stand for policies without this condition.
 */
const owns = (caller: Caller, owner: Caller): boolean => caller.isTrusted || caller.arn === owner.arn;

/** A submission, or a statement of one, that the caller may see. Throws ResourceNotFoundException and AccessDeniedException. */
export function ownStatement(store: StatementStore, id: string, caller: Caller, operation: string): Submission {
  const submission = store.get(id);
  if (!owns(caller, submission.request.caller)) throw accessDenied(caller.arn, operation);
  return submission;
}

/** Throws AccessDeniedException when the session is somebody else's. */
export function requireOwner(owner: Caller, caller: Caller, operation: string): void {
  if (!owns(caller, owner)) throw accessDenied(caller.arn, operation);
}

/** What lists show: everything of the caller's role, or of its session alone. */
export function isListed(caller: Caller, owner: Caller, roleLevel: boolean | undefined): boolean {
  if (owns(caller, owner)) return true;
  return roleLevel !== false && roleOf(caller.arn) === roleOf(owner.arn);
}
