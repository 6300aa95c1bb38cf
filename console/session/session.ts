/** Whom the page calls, and as whom. */
export interface Session {
  /** Address of the API, stage included. */
  url: string;
  /** An API key or a JSON web token. */
  credential: string;
}

/** What is kept of `sessionStorage`. */
type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const name = 'spectra-bulk.session';

/** Why somebody is signed out: at first, by themselves, or because the service takes the credential no longer. */
export type SignedOut = 'new' | 'left' | 'expired';

export type SessionState = { session: Session } | { session: undefined; why: SignedOut; url?: string };

function read(kept: Kept): SessionState {
  try {
    const value: unknown = JSON.parse(kept.getItem(name) ?? 'null');
    if (isSession(value)) return { session: { url: value.url, credential: value.credential } };
  } catch {
    // Not ours: as if nothing had been there.
  }
  return { session: undefined, why: 'new' };
}

const isSession = (value: unknown): value is Session =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  typeof value.url === 'string' &&
  'credential' in value &&
  typeof value.credential === 'string';

/** The session of this tab: it survives a reload, and is gone with the tab. */
export class SessionStore {
  readonly #kept: Kept;
  readonly #listeners = new Set<() => void>();
  #state: SessionState;

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#state = read(kept);
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  begin(session: Session): void {
    this.#kept.setItem(name, JSON.stringify(session));
    this.#change({ session });
  }

  end(why: Exclude<SignedOut, 'new'>): void {
    this.#kept.removeItem(name);
    const { session } = this.#state;
    if (session) this.#change({ session: undefined, why, url: session.url });
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
