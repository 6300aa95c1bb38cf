import { validation } from '../protocol/api-error.ts';

/** An opaque continuation: an offset, and what it belongs to, so that it cannot be used elsewhere. */
export const pageToken = (owner: string, offset: number): string =>
  Buffer.from(JSON.stringify([owner, offset])).toString('base64url');

export function pageOffset(owner: string, token: string | undefined): number {
  if (token === undefined) return 0;
  const text = Buffer.from(token, 'base64url').toString();
  const offset = /^\["[^"]*",(\d+)\]$/.exec(text)?.[1];
  if (offset === undefined || pageToken(owner, Number(offset)) !== token) throw validation('Invalid NextToken.');
  return Number(offset);
}

/** How many items a page may have: 0 and nothing mean as many as the service allows. */
export const pageSize = (asked: number | undefined, most: number): number =>
  asked === undefined || asked === 0 ? most : asked;

/** A page of `items` and the token of the next. */
export function page<T>(
  owner: string,
  items: readonly T[],
  token: string | undefined,
  size: number,
): { items: T[]; NextToken: string | undefined } {
  const offset = pageOffset(owner, token);
  const end = offset + size;
  return { items: items.slice(offset, end), NextToken: end < items.length ? pageToken(owner, end) : undefined };
}
