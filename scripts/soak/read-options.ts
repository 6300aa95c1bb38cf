/** A whole number above 0 of the command line. @throws Error when it is none */
export function wholeNumber(name: string, given: string | undefined, preset: number): number {
  const value = given === undefined ? preset : Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0, not ${given ?? ''}`);
}
