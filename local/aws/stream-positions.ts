import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { StreamPositions } from '../dynamodb/stream-reader.ts';

const Positions = z.record(z.string(), z.record(z.string(), z.string()));

/** How far each mapping has read its stream, kept over a restart. */
export interface PositionStore {
  of: (mapping: string) => StreamPositions;
  save: (mapping: string, positions: StreamPositions) => void;
}

/** @param dataDir where the positions are kept; without it they are kept nowhere */
export function openPositionStore(dataDir: string | undefined): PositionStore {
  if (dataDir === undefined) return { of: () => ({}), save: () => undefined };
  const file = join(dataDir, 'stream-positions.json');
  const positions = readPositions(file);
  return {
    of: (mapping) => positions[mapping] ?? {},
    // At once and small: what was handled should not be handled again after a kill.
    save: (mapping, current) => {
      positions[mapping] = { ...current };
      writeFileSync(file, JSON.stringify(positions));
    },
  };
}

function readPositions(file: string): z.infer<typeof Positions> {
  try {
    return Positions.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // There is none yet, or a kill cut it off: records come twice then, which every consumer bears.
    return {};
  }
}
