import { MemoryResultStore } from '../../../adapters/memory/result-store.ts';

/** The fake bucket, whose objects an invariant can look at between two steps. */
export class ModelResults extends MemoryResultStore {
  readonly #texts = new Map<string, string>();

  override put(key: string, body: string, crc64nvme?: string): void {
    super.put(key, body, crc64nvme);
    this.#texts.set(key, body);
  }

  override async removeAll(prefix: string): Promise<number> {
    for (const key of this.keys(prefix)) this.#texts.delete(key);
    return super.removeAll(prefix);
  }

  textOf(key: string): string | undefined {
    return this.#texts.get(key);
  }

  keys(prefix: string): string[] {
    return [...this.#texts.keys()].filter((key) => key.startsWith(prefix));
  }
}
