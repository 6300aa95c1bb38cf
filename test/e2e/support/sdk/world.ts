import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClientOptions, SpectraClient } from '../../../../client/node.ts';
import type { LocalOptions } from '../../../../local/start.ts';
import { startService, type Service } from '../../harness.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';

/** A service, and clients all of whose requests go through two proxies that break what they are told to. */
export interface SdkWorld {
  service: Service;
  /** In front of the API. */
  api: FaultyProxy;
  /** In front of S3. */
  s3: FaultyProxy;
  /** Ms that clients wanted to wait before they tried again. */
  pauses: number[];
  client: SpectraClient;
  clientWith: (options?: Partial<ClientOptions>) => SpectraClient;
  folder: () => Promise<string>;
  /** No faults, and nothing seen. */
  reset: () => void;
  stop: () => Promise<void>;
}

export async function startSdkWorld(options: LocalOptions): Promise<SdkWorld> {
  const service = await startService(options);
  const { apiUrl, apiKey, awsEndpointUrl } = service.aws;
  const [api, s3] = await Promise.all([startFaultyProxy(apiUrl), startFaultyProxy(awsEndpointUrl)]);
  const pauses: number[] = [];
  const clientWith: SdkWorld['clientWith'] = (more) =>
    new SpectraClient({
      url: apiUrl.replace(new URL(apiUrl).origin, api.url),
      apiKey,
      fetch: (input, init) => fetch(typeof input === 'string' ? input.replace(awsEndpointUrl, s3.url) : input, init),
      runtime: { pause: (ms) => Promise.resolve(void pauses.push(ms)) },
      ...more,
    });
  return {
    service,
    api,
    s3,
    pauses,
    client: clientWith(),
    clientWith,
    folder: () => mkdtemp(join(service.workDir, 'sdk-')),
    reset: () => {
      pauses.length = 0;
      for (const proxy of [api, s3]) {
        proxy.seen.length = 0;
        proxy.fault = () => undefined;
      }
    },
    stop: async () => {
      await Promise.all([api.stop(), s3.stop()]);
      await service.stop();
    },
  };
}

export const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
};

/** What a call fails with. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );
