import { SpectraClient, type ClientOptions } from '../../../client/node.ts';

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

type Answer = Response | Error | ((init: RequestInit) => Promise<Response>);

/** A client whose answers are these, in turn, whose clock stands still but for its pauses, and whose chance is one half. */
export function clientOf(answers: Answer[], options: Partial<ClientOptions> = {}) {
  const asked: Asked[] = [];
  const pauses: number[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  const client = new SpectraClient({
    url: 'https://api.example/v1/',
    apiKey: 'key',
    fetch: async (input, init = {}) => {
      init.signal?.throwIfAborted();
      const headers = Object.fromEntries(new Headers(init.headers));
      const body = typeof init.body === 'string' ? init.body : '';
      const path = (typeof input === 'string' ? input : '').replace('https://api.example/v1', '');
      asked.push({ method: init.method ?? 'GET', path, headers, body });
      const answer = answers.shift() ?? new Error('nothing more was to be asked');
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(init) : answer;
    },
    runtime: {
      now: () => now,
      random: () => 0.5,
      pause: (ms, signal) => {
        signal?.throwIfAborted();
        pauses.push(ms);
        now += ms;
        return Promise.resolve();
      },
    },
    ...options,
  });
  return { client, asked, pauses };
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(status === 304 || status === 204 ? null : JSON.stringify(body), { status, headers });

export const limits = { limits: [] };

/** What a call fails with. */
export const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );
