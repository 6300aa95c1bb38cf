/** Percent-encodes as RFC 3986 asks and SigV4 needs: everything but `A-Z a-z 0-9 - . _ ~`. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Encodes a decoded path, leaving the slashes as they are. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeRfc3986).join('/');
}

export type QueryPair = readonly [name: string, value: string];

/**
 * Splits a raw query string into decoded pairs, in the order sent; `+` counts as a space, as it does for S3.
 * @throws URIError on a malformed percent sequence
 */
export function parseQuery(raw: string): QueryPair[] {
  if (raw === '') return [];
  return raw
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const [name, value] = at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [decodeForm(name), decodeForm(value)] as const;
    });
}

const decodeForm = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
