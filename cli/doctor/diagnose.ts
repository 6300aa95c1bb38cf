import { type Connection, findConnection } from '../config/connection.ts';
import { SpectraError } from '../../client/node.ts';
import { UsageError } from '../fault.ts';
import type { Io } from '../io.ts';
import type { Values } from '../values.ts';
import { checkCredential } from './credential.ts';
import { checkEndpoint } from './endpoint.ts';
import { type Finding, messageOf } from './finding.ts';

const oldestNode = 20;

/** Everything that can be wrong, looked at in the order in which one thing needs the other. */
export async function* diagnose(io: Io, values: Values): AsyncGenerator<Finding, void, undefined> {
  yield nodeFinding(io.machine.node);
  let connection: Connection | undefined;
  try {
    connection = await findConnection(io, values);
  } catch (error) {
    yield configFinding(error);
  }
  if (connection) yield* checkService(io, connection);
  yield await javaFinding(io);
  yield await awsFinding(io);
}

async function* checkService(io: Io, connection: Connection): AsyncGenerator<Finding, void, undefined> {
  const { url, credential, profile, path, withheld } = connection;
  const profileText = profile === undefined ? `no profile (${path})` : `profile ${profile} of ${path}`;
  yield { state: 'ok', what: 'config', found: profileText };
  if (url === undefined) {
    const mend = `Set SPECTRA_URL, give --url, or write a profile into ${path}.`;
    yield { state: 'wrong', what: 'address', found: 'none is set', mend };
    return;
  }
  const { findings, reached } = await checkEndpoint(io, url);
  yield* findings;
  if (credential === undefined) {
    const found = withheld ? `the key of the profile is not sent to ${url.text}` : 'none is set';
    const mend = 'Set SPECTRA_API_KEY or SPECTRA_TOKEN; your operator makes keys with `spectra keys create`.';
    yield { state: 'wrong', what: 'credential', found, mend };
  } else if (reached) yield* checkCredential(io, { url: url.text, ...credential });
}

function configFinding(error: unknown): Finding {
  const hint = error instanceof SpectraError || error instanceof UsageError ? error.hint : '';
  return { state: 'wrong', what: 'config', found: messageOf(error), ...(hint !== '' && { mend: hint }) };
}

function nodeFinding(version: string): Finding {
  const what = 'node';
  if (Number(version.split('.')[0]) >= oldestNode) return { state: 'ok', what, found: version };
  return {
    state: 'wrong',
    what,
    found: `${version}, older than ${oldestNode}`,
    mend: 'Install a newer Node: https://nodejs.org.',
  };
}

async function javaFinding({ machine }: Io): Promise<Finding> {
  try {
    return { state: 'ok', what: 'java', found: await machine.java() };
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return { state: 'note', what: 'java', found, mend: 'Only `spectra local` needs it.' };
  }
}

async function awsFinding({ machine }: Io): Promise<Finding> {
  try {
    return { state: 'ok', what: 'aws', found: await machine.aws() };
  } catch (error) {
    const mend = 'Only `spectra keys` needs them: set AWS_PROFILE and AWS_REGION, or run `aws sso login`.';
    return { state: 'note', what: 'aws', found: `no AWS credentials that work: ${messageOf(error)}`, mend };
  }
}
