import type { CallOptions, Transport } from '../http/transport.ts';

interface Page {
  next_cursor: string | null;
}

export interface Paged {
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
}

const mostPages = 1_000_000;

/** Page after page of a list, each asked for when it is needed. */
export async function* pages<Body extends Page>(
  transport: Transport,
  { path, query }: Paged,
  { signal, timeout }: CallOptions = {},
): AsyncGenerator<Body, void, undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const call = { method: 'GET' as const, path, query: { ...query, cursor }, signal, timeout };
    const { body } = await transport.call<Body>(call);
    yield body;
    if (body.next_cursor === null) return;
    cursor = body.next_cursor;
  }
}
