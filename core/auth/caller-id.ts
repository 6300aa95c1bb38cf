import type { Hasher } from '../ports.ts';

const most = 100;
const unsafe = /[^A-Za-z0-9._@:|+=/-]/g;

/**
 * A token's subject as `jwt:<subject>`, which no API key's id looks like. It goes into logs, records and answers, so it is at most
 * 100 characters of a safe alphabet. A subject that had to be changed for that ends with `~` and a part of its hash: two callers
 * never look the same.
 */
export function tokenCallerId(hasher: Pick<Hasher, 'hash'>, subject: string): string {
  const plain = `jwt:${subject.replace(unsafe, '_')}`;
  if (plain === `jwt:${subject}` && plain.length <= most) return plain;
  const mark = `~${hasher.hash(subject).slice(0, 12)}`;
  return plain.slice(0, most - mark.length) + mark;
}
