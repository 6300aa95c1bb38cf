interface NumberFormat {
  readonly fill: boolean;
  readonly integer: string;
  readonly fraction: string;
  readonly prefix: string;
  readonly sign: 'leading' | 'S' | 'SG' | 'MI' | 'PR';
}

function parseFormat(source: string): NumberFormat {
  const fill = !/^FM/i.test(source);
  const format = source
    .replace(/FM/gi, '')
    .toUpperCase()
    .replaceAll('G', ',')
    .replaceAll('D', '.')
    .replaceAll('L', '$');
  const sign = format.endsWith('MI')
    ? 'MI'
    : format.endsWith('PR')
      ? 'PR'
      : format.endsWith('S')
        ? 'S'
        : format.startsWith('S')
          ? 'SG'
          : 'leading';
  const [integer = '', fraction = ''] = format.replaceAll(/[^09,.]/g, '').split('.');
  return { fill, integer, fraction, prefix: format.includes('$') ? '$' : '', sign };
}

/** Rounds decimal text half away from zero to `places`, without going through a double. */
function roundDecimal(text: string, places: number): { negative: boolean; integer: string; fraction: string } {
  const plain = /e/i.test(text) ? Number(text).toFixed(Math.min(places + 1, 20)) : text;
  const [whole = '0', rest = ''] = plain.replace('-', '').split('.');
  const digits = BigInt(whole + rest.padEnd(places + 1, '0').slice(0, places + 1));
  const rounded = ((digits + 5n) / 10n).toString().padStart(places + 1, '0');
  const integer = rounded.slice(0, rounded.length - places);
  const fraction = rounded.slice(rounded.length - places);
  return { negative: plain.startsWith('-') && /[1-9]/.test(rounded), integer, fraction: places === 0 ? '' : fraction };
}

function layIntegers(pattern: string, value: string, fill: boolean): string {
  const places = pattern.replaceAll(',', '');
  const digits = value === '0' && !places.includes('0') ? '' : value;
  if (digits.length > places.length) return pattern.replaceAll(/[09]/g, '#');
  const forced = places.includes('0') ? places.length - places.indexOf('0') : 0;
  const shown = digits.padStart(forced, '0').padStart(places.length, ' ');
  let at = 0;
  let text = '';
  for (const char of pattern) {
    if (char === ',') text += text.trim() === '' ? ' ' : ',';
    else {
      text += shown.charAt(at);
      at += 1;
    }
  }
  return fill ? text : text.trimStart();
}

function sign(format: NumberFormat, negative: boolean, body: string): string {
  const blanks = /^ */.exec(body)?.[0] ?? '';
  const rest = body.slice(blanks.length);
  switch (format.sign) {
    case 'MI':
      return body + (negative ? '-' : format.fill ? ' ' : '');
    case 'S':
      return body + (negative ? '-' : '+');
    case 'SG':
      return `${blanks}${negative ? '-' : '+'}${rest}`;
    case 'PR':
      return negative ? `${blanks}<${rest}>` : format.fill ? ` ${body} ` : body;
    case 'leading':
      return `${blanks}${negative ? '-' : format.fill ? ' ' : ''}${rest}`;
  }
}

/** TO_CHAR of a number given as decimal text: 9, 0, comma/G, point/D, $/L, S, MI, PR and FM. */
export function numberToChar(value: string, source: string): string {
  const format = parseFormat(source);
  const { negative, integer, fraction } = roundDecimal(value, format.fraction.length);
  const whole = layIntegers(format.integer, integer, format.fill);
  const trimmed = format.fill ? fraction : trimOptional(fraction, format.fraction);
  const point = format.fraction === '' ? '' : '.';
  const blanks = /^ */.exec(whole)?.[0] ?? '';
  return sign(format, negative, `${blanks}${format.prefix}${whole.slice(blanks.length)}${point}${trimmed}`);
}

/** FM drops trailing zeros, but not below the last 0 of the pattern. */
function trimOptional(fraction: string, pattern: string): string {
  const kept = pattern.lastIndexOf('0') + 1;
  return fraction.slice(0, kept) + fraction.slice(kept).replace(/0+$/, '');
}
