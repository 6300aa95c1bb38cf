import type { Tables } from './tables.ts';

/** The tables as they are now: they are opened anew when their engine had to be started again. */
export interface TableKeeper {
  current: () => Tables;
  /** Opens them again, one time after the other; does nothing once they are being closed. */
  reopen: () => Promise<void>;
  /** Waits for a reopening that is under way, so that what it opens is closed too. */
  close: () => Promise<void>;
}

/** @throws what `open` throws the first time */
export async function keepTables(open: () => Promise<Tables>): Promise<TableKeeper> {
  let current = await open();
  let closing = false;
  let reopened: Promise<void> = Promise.resolve();
  const reopenNow = async () => {
    if (closing) return;
    await current.closeReaders();
    current = await open();
  };
  return {
    current: () => current,
    reopen: () => {
      reopened = reopened.catch(() => undefined).then(reopenNow);
      return reopened;
    },
    close: async () => {
      closing = true;
      await reopened.catch(() => undefined);
      await current.close();
    },
  };
}
