const atOnce = 4;

/** Runs cases side by side before their tests come to them; each test then asks for its own. */
export function ahead<Case, Result>(
  cases: readonly Case[],
  run: (one: Case) => Promise<Result>,
): (one: Case) => Promise<Result> {
  const lanes = Array.from({ length: atOnce }, () => Promise.resolve());
  const results = new Map<Case, Promise<Result>>();
  cases.forEach((one, at) => {
    const result = (lanes[at % atOnce] ?? Promise.resolve()).then(() => run(one));
    lanes[at % atOnce] = result.then(
      () => undefined,
      () => undefined,
    );
    results.set(one, result);
  });
  return async (one) => {
    const result = results.get(one);
    if (!result) throw new Error('This case was not run');
    return result;
  };
}
