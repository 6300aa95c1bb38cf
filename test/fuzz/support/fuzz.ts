import fc from 'fast-check';
import { mapBounded } from '../../../core/map-bounded.ts';
import { hostileRequest } from './hostile.ts';
import { nearlyValidRequest } from './nearly-valid.ts';
import type { FuzzRequest } from './request.ts';
import type { Stage } from './stage.ts';
import { validRequest } from './valid.ts';

export interface FuzzOptions {
  /** How many, rounded up to whole series. */
  requests: number;
  seed: number;
  /** Goes straight to a failure: the path that its report names, with the seed that it names. */
  path?: string | undefined;
  /** Requests under way at once. */
  connections: number;
  /** Milliseconds after which no more are sent. */
  timeLimit?: number | undefined;
  /** Told after each series. */
  onProgress?: ((sent: number) => void) | undefined;
}

export interface FuzzFailure {
  message: string;
  /** The smallest request that shows it. */
  request: FuzzRequest;
  /** What comes back to it. */
  seed: number;
  path: string;
}

export interface FuzzReport {
  sent: number;
  seed: number;
  /** How many answers had each status. */
  statuses: Record<string, number>;
  failure?: FuzzFailure;
}

/** A third each of what is right, nearly right and hostile. */
const anyRequest = fc.oneof(validRequest, nearlyValidRequest, hostileRequest);
/** Requests of one series are sent one after the other, so that a failure can be made smaller; series run side by side. */
const seriesLength = 20;

/** Sends random requests, several at once, and judges every answer; the first that fails is made as small as it can be. */
export async function fuzz(stage: Stage, options: FuzzOptions): Promise<FuzzReport> {
  const { seed, path, connections, timeLimit = Infinity } = options;
  const report: FuzzReport = { sent: 0, seed, statuses: {} };
  const end = performance.now() + timeLimit;
  let failing: number | undefined;
  const isOver = (series: number) => (failing === undefined ? performance.now() > end : failing !== series);

  async function run(series: number): Promise<void> {
    if (isOver(series)) return;
    const property = fc.asyncProperty(anyRequest, async (request) => {
      if (isOver(series)) return;
      report.sent += 1;
      try {
        const status = await stage.exchange(request);
        report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      } catch (error) {
        failing ??= series;
        throw error;
      }
    });
    const numRuns = path === undefined ? seriesLength : 1;
    const details = await fc.check(property, { seed: series, numRuns, ...(path !== undefined && { path }) });
    options.onProgress?.(report.sent);
    if (!details.failed || details.counterexample === null || failing !== series) return;
    const { errorInstance, counterexample, counterexamplePath } = details;
    const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    report.failure = { message, request: counterexample[0], seed: series, path: counterexamplePath };
  }

  const count = path === undefined ? Math.ceil(options.requests / seriesLength) : 1;
  await mapBounded(
    Array.from({ length: count }, (_, index) => seed + index),
    connections,
    run,
  );
  return report;
}

/** A failure as a person reads it. */
export const describeFailure = ({ message, request, seed, path }: FuzzFailure): string =>
  `${message}\nSmallest request: ${JSON.stringify(request, null, 2)}\nAgain: FUZZ_SEED=${seed} FUZZ_PATH=${path}`;
