const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** An address that a key may be sent to, or what is wrong with it. */
export type ApiAddress = { url: string } | { fault: string };

/** Takes what somebody typed. A key is sent in the clear to this machine alone. */
export function apiAddress(typed: string): ApiAddress {
  const text = typed.trim();
  if (!URL.canParse(text)) return { fault: 'Give the whole address of the API, such as https://api.example.com/v1' };
  const { protocol, hostname, username, origin, pathname, search, hash } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.test(hostname)))
    return { fault: 'The address must begin with https://, unless it is of this machine: a key is to be sent there' };
  if (username !== '' || search !== '' || hash !== '') return { fault: 'The address ends with the stage, such as /v1' };
  return { url: `${origin}${pathname.replace(/\/+$/, '')}` };
}

/** The API that this page is served by: it lies at `<api>/console/`. Undefined where it is served by something else. */
export function servedBy(page: string): string | undefined {
  const { origin, pathname } = new URL(page);
  const below = /^(.*)\/console\/(?:index\.html)?$/.exec(pathname)?.[1];
  return below === undefined ? undefined : `${origin}${below}`;
}
