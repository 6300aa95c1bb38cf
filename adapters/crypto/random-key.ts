import { randomInt } from 'node:crypto';
import { KeyId } from '../../contract/ids.ts';
import type { NewKey } from '../../core/api-keys/api-key.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const text = (length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** Fresh randomness for an API key: 43 characters of base 62 are 256 bits. */
export const randomKey = (): NewKey['random'] => ({ key_id: KeyId.parse(text(12)), secret: text(43), salt: text(22) });
