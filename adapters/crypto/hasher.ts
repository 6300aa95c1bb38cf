import { createHash, timingSafeEqual } from 'node:crypto';
import type { Hasher } from '../../core/ports.ts';

/** By node:crypto. */
export class Sha256Hasher implements Hasher {
  hash(...parts: string[]): string {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
    return hash.digest('hex');
  }

  /** Texts of unequal length differ at once: what is compared are digests, whose length is no secret. */
  equal(left: string, right: string): boolean {
    const [a, b] = [Buffer.from(left), Buffer.from(right)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
