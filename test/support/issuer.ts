import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { TokenAlgorithm } from '../../contract/settings.ts';
import type { PublicKey } from '../../core/ports.ts';
import { listen } from '../../local/listen.ts';

/** One key pair of an issuer. */
export interface Signer {
  alg: TokenAlgorithm;
  kid: string | undefined;
  publicKey: PublicKey;
  /** A token that holds just these claims. */
  sign: (claims: JWTPayload, header?: Partial<JWTHeaderParameters>) => Promise<string>;
}

export async function makeSigner(alg: TokenAlgorithm, kid?: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const { kty = '', ...members } = await exportJWK(publicKey);
  const named = kid === undefined ? {} : { kid };
  return {
    alg,
    kid,
    publicKey: { kty, ...members, ...named },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey),
  };
}

/** Of a Date, as tokens have it. */
export const seconds = (time: Date | number): number => Math.floor(Number(time) / 1000);

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, as no honest library would. */
export const forge = (header: object, claims: object, signature = ''): string =>
  `${part(header)}.${part(claims)}.${Buffer.from(signature).toString('base64url')}`;

/** An issuer that answers over http, on this machine. */
export interface LocalIssuer {
  url: string;
  /** The body of the key set; a text is sent as it is. */
  serve: (body: { keys: unknown[] } | string, status?: number) => void;
  /** Requests for the key set so far. */
  requests: () => { url: string; connection: string | undefined }[];
  stop: () => Promise<void>;
}

export async function startIssuer(): Promise<LocalIssuer> {
  let answer = { body: '{"keys":[]}', status: 200 };
  const requests: { url: string; connection: string | undefined }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    requests.push({ url, connection: headers.connection });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  const { endpoint, close } = await listen(server);
  return {
    url: endpoint,
    serve: (body, status = 200) => {
      answer = { body: typeof body === 'string' ? body : JSON.stringify(body), status };
    },
    requests: () => requests,
    stop: close,
  };
}
