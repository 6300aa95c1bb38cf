import { type ClientOptions, type SpectraClient, SpectraError } from '../../client/node.ts';
import type { Io } from '../io.ts';
import { type Finding, messageOf } from './finding.ts';

/** Asks for what is wrong on purpose: whoever may not ask is refused before that is found out, and nothing is ever created. */
const probes: readonly (readonly [
  permission: string,
  use: string,
  ask: (client: SpectraClient, signal: AbortSignal) => Promise<unknown>,
])[] = [
  ['bulk:read', 'jobs and downloads', (client, signal) => client.jobs.list({ limit: 1, signal }).next()],
  ['bulk:write', 'export, load, cancel and retry', (client, signal) => client.export('', { signal })],
  ['query', 'spectra query', (client, signal) => client.query('', { signal })],
];

/** Whether a credential is taken, and what it may do. */
export async function* checkCredential(
  io: Io,
  { from, ...options }: ClientOptions & { from: string },
): AsyncGenerator<Finding, void, undefined> {
  const client = io.connect(options);
  const may: string[] = [];
  const mayNot: string[] = [];
  for (const [permission, use, ask] of probes) {
    try {
      if (await isAllowed(ask(client, io.signal))) may.push(permission);
      else mayNot.push(`${permission} (${use})`);
    } catch (error) {
      io.signal.throwIfAborted();
      yield refusedFinding(error, from);
      return;
    }
  }
  yield {
    state: 'ok',
    what: 'credential',
    found: `${options.token === undefined ? 'API key' : 'token'} (${from}) is taken`,
  };
  const found = may.length === 0 ? 'none' : may.join(', ');
  if (mayNot.length === 0) yield { state: 'ok', what: 'permissions', found };
  else
    yield {
      state: 'note',
      what: 'permissions',
      found: `${found}; not ${mayNot.join(', ')}`,
      mend: 'Use another key for these; your operator makes keys with `spectra keys create --permissions`.',
    };
}

/** @throws unless the answer is about the permission or the request */
async function isAllowed(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (!(error instanceof SpectraError)) throw error;
    if (error.code === 'FORBIDDEN') return false;
    if (error.status === 400) return true;
    throw error;
  }
}

function refusedFinding(error: unknown, from: string): Finding {
  const what = 'credential';
  if (error instanceof SpectraError && error.status === 401) {
    const mend = 'It is mistyped, expired or revoked, or of another deployment: ask your operator for a new one.';
    return { state: 'wrong', what, found: `that of the ${from} is not taken`, mend };
  }
  const hint = error instanceof SpectraError ? error.hint : '';
  return { state: 'wrong', what, found: messageOf(error), ...(hint !== '' && { mend: hint }) };
}
