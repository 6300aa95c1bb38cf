import { authenticateKey, type KeyDeps } from '../api-keys/api-key.ts';
import type { Telemetry, TokenFault, TokenVerifier } from '../ports.ts';
import type { Caller } from './caller.ts';
import { type CallerClaims, tokenCaller } from './token-caller.ts';

/** In characters. API Gateway lets all headers together be 10,240 bytes long. */
const longestToken = 8192;

export interface AuthenticationDeps extends KeyDeps {
  /** undefined: no issuer is configured, and every token is refused. */
  tokens: { verifier: TokenVerifier; claims: CallerClaims } | undefined;
  telemetry: Pick<Telemetry, 'info'>;
}

/** A credential as it was sent. Only a bearer can be a JSON web token. */
export interface Credential {
  scheme: 'bearer' | 'x-api-key';
  text: string;
}

/**
 * Who calls, or undefined: whatever is wrong with a credential looks the same from outside. Why a token was refused is in the log.
 * @throws KeySetUnavailable when it can't be told
 */
export async function authenticate(
  deps: AuthenticationDeps,
  { scheme, text }: Credential,
): Promise<Caller | undefined> {
  if (scheme === 'x-api-key' || !isToken(text)) return authenticateKey(deps, text);
  const read = await readToken(deps, text);
  if (read.outcome === 'caller') return read.caller;
  deps.telemetry.info('A JSON web token was refused', { fault: read.fault });
  return undefined;
}

/** Three parts with dots between: no API key has a dot. */
const isToken = (text: string): boolean => text.split('.', 4).length === 3;

async function readToken(
  { tokens, hasher }: AuthenticationDeps,
  text: string,
): Promise<ReturnType<typeof tokenCaller>> {
  const refused = (fault: TokenFault) => ({ outcome: 'refused', fault }) as const;
  if (tokens === undefined) return refused('no_issuer_configured');
  if (text.length > longestToken) return refused('too_large');
  const verdict = await tokens.verifier.verify(text);
  return verdict.outcome === 'verified' ? tokenCaller(hasher, verdict.claims, tokens.claims) : verdict;
}
