import type { SpectraClient } from '../../client/node.ts';
import { fault, UsageError } from '../fault.ts';
import type { Io } from '../io.ts';
import type { Values } from '../values.ts';
import { findConnection } from './connection.ts';

/** A client for what the command line, the environment and the profile say. @throws UsageError, SpectraError NO_CREDENTIAL */
export async function connect(io: Io, values: Values): Promise<SpectraClient> {
  const { url, credential, path, withheld } = await findConnection(io, values);
  if (url === undefined)
    throw new UsageError('No address of a service.', `Set SPECTRA_URL, give --url, or write a profile into ${path}.`);
  if (credential !== undefined) {
    const { apiKey, token } = credential;
    return io.connect({ url: url.text, apiKey, token });
  }
  throw fault(
    'NO_CREDENTIAL',
    withheld
      ? `The key of the profile is not sent to ${url.text}, which is not the profile's address`
      : 'No credential',
    'Set SPECTRA_API_KEY or SPECTRA_TOKEN; your operator makes keys with `spectra keys create`.',
  );
}
