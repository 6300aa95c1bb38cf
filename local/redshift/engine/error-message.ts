/** The message of whatever was thrown; errors of native code need not be instances of this realm's Error. */
export function errorMessage(cause: unknown): string {
  const hasMessage = typeof cause === 'object' && cause !== null && 'message' in cause;
  return hasMessage && typeof cause.message === 'string' ? cause.message : String(cause);
}
