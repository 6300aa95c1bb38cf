import { EventEmitter, once } from 'node:events';
import { SqlError } from '../sql/sql-error.ts';

/**
 * Names of relations that are being created. As in Redshift, whoever creates a relation of the same name waits until the
 * other's transaction has ended, and only then learns whether the name is taken: the engine would refuse at once, also for
 * the sake of a transaction that comes to nothing.
 */
export interface NameLocks {
  /** Waits for the name. Rejects with SqlError 40P01 where owners would wait for each other, and when the signal aborts. */
  take(name: string, owner: object, signal: AbortSignal): Promise<void>;
  /** Gives up all names of the owner. */
  release(owner: object): void;
}

export function createNameLocks(): NameLocks {
  const holders = new Map<string, object>();
  const waits = new Map<object, string>();
  const freed = new EventEmitter().setMaxListeners(0);

  const waitsFor = (owner: object, other: object): boolean => {
    const seen = new Set<object>();
    for (let next: object | undefined = owner; next !== undefined && !seen.has(next);) {
      if (next === other) return true;
      seen.add(next);
      const name = waits.get(next);
      next = name === undefined ? undefined : holders.get(name);
    }
    return false;
  };

  return {
    async take(name, owner, signal) {
      for (let holder = holders.get(name); holder !== undefined && holder !== owner; holder = holders.get(name)) {
        if (waitsFor(holder, owner)) throw new SqlError('40P01', 'deadlock detected');
        waits.set(owner, name);
        try {
          await once(freed, 'freed', { signal });
        } finally {
          waits.delete(owner);
        }
      }
      holders.set(name, owner);
    },
    release(owner) {
      const names = [...holders].filter(([, holder]) => holder === owner).map(([name]) => name);
      for (const name of names) holders.delete(name);
      if (names.length > 0) freed.emit('freed');
    },
  };
}
