/** Whether a media type, parameters aside, is one of the patterns (`image/png`, `image/*`, `*` + `/*`). */
export function matchesMediaType(mediaType: string, patterns: readonly string[]): boolean {
  const bare = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  return patterns.some((pattern) => {
    const wanted = pattern.toLowerCase();
    if (wanted === '*/*') return true;
    return wanted.endsWith('/*') ? bare.startsWith(wanted.slice(0, -1)) : bare === wanted;
  });
}
