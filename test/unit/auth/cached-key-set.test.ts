import { CachedKeySet, keySetTimes } from '../../../core/auth/cached-key-set.ts';
import { KeySetUnavailable } from '../../../core/auth/key-set-unavailable.ts';
import type { KeySet } from '../../../core/ports.ts';

const setOf = (...kids: string[]): KeySet => ({ keys: kids.map((kid) => ({ kty: 'EC', kid })) });

/** An issuer whose set changes and that goes down, and a clock. */
function world(first: KeySet | Error = setOf('a')) {
  let now = Date.parse('2026-11-22T10:00:00.000Z');
  let answer = first;
  let fetches = 0;
  const said: string[] = [];
  const keys = new CachedKeySet(
    () => {
      fetches += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    { now: () => new Date(now) },
    { warn: () => void said.push('warn'), error: () => void said.push('error') },
  );
  return {
    keys,
    said,
    serve: (set: KeySet | Error) => (answer = set),
    pass: (seconds: number) => (now += seconds * 1000),
    fetches: () => fetches,
  };
}

const down = new Error('down');
const kids = ({ keys }: KeySet) => keys.map(({ kid }) => kid);

it('a busy authorizer reads the keys once in five minutes', async () => {
  const { keys, pass, fetches } = world();
  for (let second = 0; second < 299; second += 1) {
    await keys.keysFor('a');
    pass(1);
  }
  expect(fetches()).toBe(1);
  pass(1);
  await keys.keysFor('a');
  expect(fetches()).toBe(2);
});

it('a key that the issuer has withdrawn is gone after five minutes', async () => {
  const { keys, pass, serve } = world();
  await keys.keysFor('a');
  serve(setOf('b'));
  pass(keySetTimes.fresh);
  expect(kids(await keys.keysFor('a'))).toEqual(['b']);
});

it('a new key is found when the first token names it', async () => {
  const { keys, pass, serve } = world();
  await keys.keysFor('a');
  pass(keySetTimes.cooldown);
  serve(setOf('a', 'b'));
  expect(kids(await keys.keysFor('b'))).toEqual(['a', 'b']);
});

it('tokens with made-up kids make no more than one request in ten seconds', async () => {
  const { keys, pass, fetches } = world();
  for (let call = 0; call < 300; call += 1) {
    expect(kids(await keys.keysFor(`made-up-${call}`))).toEqual(['a']);
    pass(0.1);
  }
  expect(fetches()).toBe(3);
});

it('many calls at once share one request', async () => {
  const { keys, fetches } = world();
  await Promise.all(Array.from({ length: 20 }, () => keys.keysFor('a')));
  expect(fetches()).toBe(1);
});

describe('while the issuer is down', () => {
  it('old keys are used for an hour and not longer, and the issuer is asked in between', async () => {
    const { keys, pass, serve, said, fetches } = world();
    await keys.keysFor('a');
    serve(down);
    pass(keySetTimes.fresh);
    expect(kids(await keys.keysFor('a'))).toEqual(['a']);
    expect(kids(await keys.keysFor(undefined))).toEqual(['a']);
    expect({ fetches: fetches(), said }).toEqual({ fetches: 2, said: ['warn'] });
    pass(keySetTimes.stale - keySetTimes.fresh - 1);
    expect(kids(await keys.keysFor('a'))).toEqual(['a']);
    pass(1);
    await expect(keys.keysFor('a')).rejects.toThrow(KeySetUnavailable);
  });

  it('nobody can say whether a new key is good: that is not a refusal', async () => {
    const { keys, pass, serve } = world();
    await keys.keysFor('a');
    serve(down);
    pass(keySetTimes.cooldown);
    await expect(keys.keysFor('b')).rejects.toMatchObject({ name: 'KeySetUnavailable', cause: down });
    await expect(keys.keysFor('b')).rejects.toThrow(KeySetUnavailable);
    expect(kids(await keys.keysFor('a'))).toEqual(['a']);
  });

  it('one that was never reached is an error with its cause, asked once in ten seconds', async () => {
    const { keys, said, fetches, pass, serve } = world(down);
    for (let call = 0; call < 5; call += 1) await expect(keys.keysFor('a')).rejects.toMatchObject({ cause: down });
    expect({ fetches: fetches(), said }).toEqual({ fetches: 1, said: ['error'] });
    serve(setOf('a'));
    pass(keySetTimes.cooldown);
    expect(kids(await keys.keysFor('a'))).toEqual(['a']);
  });
});

it('an issuer that has no keys any more is believed at once when it is asked', async () => {
  const { keys, pass, serve } = world();
  await keys.keysFor('a');
  serve(setOf());
  pass(keySetTimes.fresh);
  expect(await keys.keysFor('a')).toEqual(setOf());
});
