import { type Session, SessionStore } from '../../../../console/session/session.ts';

/** What a tab keeps. */
function tab(given: Record<string, string> = {}) {
  const items = new Map(Object.entries(given));
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
}

const session: Session = { url: 'https://api.example/v1', credential: 'sb_secret' };

it('is still there after a reload of the tab', () => {
  const kept = tab();
  new SessionStore(kept).begin(session);
  expect(new SessionStore(kept).state()).toEqual({ session });
});

it('leaves nothing of the key behind when it ends, whoever ends it', () => {
  for (const why of ['left', 'expired'] as const) {
    const kept = tab();
    const store = new SessionStore(kept);
    let told = 0;
    store.subscribe(() => (told += 1));
    store.begin(session);
    store.end(why);
    expect([...kept.items.values()].join()).not.toContain('secret');
    expect(store.state()).toEqual({ session: undefined, why, url: session.url });
    expect(told).toBe(2);
  }
});

it('keeps saying that a key has expired when late answers to older calls say so too', () => {
  const store = new SessionStore(tab());
  store.begin(session);
  store.end('expired');
  store.end('expired');
  expect(store.state()).toMatchObject({ why: 'expired', url: session.url });
});

it('begins anew where something else is kept under its name', () => {
  for (const value of ['', '{', '{"url":1}', '[]', 'null'])
    expect(new SessionStore(tab({ 'spectra-bulk.session': value })).state()).toEqual({
      session: undefined,
      why: 'new',
    });
});
