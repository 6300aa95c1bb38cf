/** Bytes whose number is known, to be read in any order, and again. */
export interface SizedSource {
  bytes: number;
  /** @throws when it has become shorter */
  read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>;
  close: () => Promise<void>;
}

const nothing = () => Promise.resolve();

export const sourceOfBytes = (bytes: Uint8Array): SizedSource => ({
  bytes: bytes.length,
  read: (from, to) => Promise.resolve(new Uint8Array(bytes.subarray(from, to))),
  close: nothing,
});

export const sourceOfBlob = (blob: Blob): SizedSource => ({
  bytes: blob.size,
  read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
  close: nothing,
});
