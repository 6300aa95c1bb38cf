/** One thing that was looked at. */
export interface Finding {
  /** `note`: wrong only for what needs it. */
  state: 'ok' | 'note' | 'wrong';
  what: string;
  found: string;
  /** What to do about it. */
  mend?: string;
}

export const messageOf = (error: unknown): string => {
  let deepest = error instanceof Error ? error.message : String(error);
  for (let cause = error instanceof Error ? error.cause : undefined, depth = 0; depth < 5; depth += 1) {
    if (!(cause instanceof Error)) break;
    if (cause.message !== '') deepest = cause.message;
    cause = cause.cause;
  }
  // Whatever follows the first line is for who debugs the SDK.
  return deepest.split('\n')[0] ?? '';
};
