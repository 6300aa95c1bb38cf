import type { FieldError } from '../../../contract/problems.ts';
import type { StoredAnswer } from '../../../contract/records.ts';
import { type Claim, claimOf } from '../../../core/idempotency/claim.ts';
import { type Act, type OnceDeps, once } from '../../../core/idempotency/once.ts';
import type { Hasher } from '../../../core/ports.ts';
import type { CallerContext } from './parse-request.ts';

/** The one key of a request that may name it twice. Both names, and both spellings of a text, mean the same key. */
export function readIdempotencyKey(headers: Readonly<Record<string, string>>): {
  key?: string | undefined;
  error?: FieldError;
} {
  const [plain, prefixed] = [headers['idempotency-key'], headers['x-idempotency-key']].map(bare);
  if (plain !== undefined && prefixed !== undefined && plain !== prefixed) {
    return { error: { pointer: 'idempotency-key', message: 'differs from X-Idempotency-Key; send one of the two' } };
  }
  return { key: plain ?? prefixed };
}

/** The draft of the IETF has it as a quoted string, most clients send it as it is. */
const bare = (sent: string | undefined): string | undefined =>
  sent === undefined ? undefined : (/^"((?:[^"\\]|\\["\\])*)"$/.exec(sent)?.[1]?.replace(/\\(["\\])/g, '$1') ?? sent);

interface Keyed {
  caller: Pick<CallerContext, 'tenant_id'>;
  asked: string;
  idempotencyKey: string | undefined;
  body: unknown;
}

/** The claim of a request that was sent with a key. */
export function claimFor(hasher: Hasher, request: Keyed): Claim | undefined {
  const { caller, asked, idempotencyKey: key, body } = request;
  return key === undefined ? undefined : claimOf(hasher, { tenant_id: caller.tenant_id, key, asked, body });
}

/** Marks an answer as one that was given before. */
export const asReplay = (answer: StoredAnswer): StoredAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'idempotency-replayed': 'true' },
});

/** Does it once for each key, and just does it where there is none. */
export async function answerOnce(deps: OnceDeps & { hasher: Hasher }, request: Keyed, act: Act): Promise<StoredAnswer> {
  const claim = claimFor(deps.hasher, request);
  if (!claim) return act.run({ takenOver: false });
  const { answer, replayed } = await once(deps, claim, act);
  return replayed ? asReplay(answer) : answer;
}
