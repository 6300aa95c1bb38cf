/** The issuer's keys can't be read, so nobody can tell whether a token is good: it is neither refused nor let in. */
export class KeySetUnavailable extends Error {
  override name = 'KeySetUnavailable';
}
