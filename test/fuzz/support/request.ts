import type { JobState } from '../../../contract/jobs.ts';

/** Whose job a request is about. */
export type JobChoice = { whose: 'own' | 'foreign' | 'missing'; state: JobState; pick: number };

export type CallerName = 'lemon' | 'plum' | 'reader' | 'nobody' | 'forged';

/** A request as plain data, so that it prints as what it is. */
export interface FuzzRequest {
  /** What was in mind when it was made: 'valid' fits the OpenAPI document. */
  intent: 'valid' | 'nearly valid' | 'hostile';
  operationId: string;
  method: string;
  /** Below the base path, as it goes over the wire; {job} becomes the id of `job`. */
  path: string;
  job: JobChoice;
  caller: CallerName;
  headers: [string, string][];
  /** Bytes, as text or in base64. */
  body: { text: string } | { base64: string } | undefined;
}

export const placeholder = '{job}';
