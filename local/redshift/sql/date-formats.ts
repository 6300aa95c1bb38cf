import { sqlString } from './rewriter.ts';
import { SqlError } from './sql-error.ts';

/** Longest first: the element that is read at a position is the longest that fits. */
const ELEMENTS = [
  'MONTH',
  'Month',
  'month',
  'HH24',
  'HH12',
  'YYYY',
  'IYYY',
  'DAY',
  'Day',
  'day',
  'DDD',
  'MON',
  'Mon',
  'mon',
  'A.M.',
  'P.M.',
  'HH',
  'MI',
  'SS',
  'MS',
  'US',
  'MM',
  'DD',
  'DY',
  'Dy',
  'dy',
  'YY',
  'WW',
  'IW',
  'CC',
  'AM',
  'PM',
  'am',
  'pm',
  'TZ',
  'OF',
  'D',
  'J',
  'Q',
  'W',
] as const;
type Element = (typeof ELEMENTS)[number];
type Part = { readonly element: Element; readonly fill: boolean } | { readonly literal: string };

const CASELESS = new Set([
  'yyyy',
  'mm',
  'dd',
  'hh24',
  'hh12',
  'hh',
  'mi',
  'ss',
  'ms',
  'us',
  'ddd',
  'yy',
  'iyyy',
  'ww',
  'iw',
  'q',
]);

function elementAt(format: string, at: number): Element | undefined {
  return ELEMENTS.find(
    (element) =>
      format.startsWith(element, at) ||
      (CASELESS.has(element.toLowerCase()) && format.slice(at, at + element.length).toUpperCase() === element),
  );
}

function parts(format: string): Part[] {
  const found: Part[] = [];
  let at = 0;
  let fill = true;
  while (at < format.length) {
    const quoted = /^"([^"]*)"/.exec(format.slice(at));
    const element = elementAt(format, at);
    if (quoted !== null) found.push({ literal: quoted[1] ?? '' });
    else if (format.startsWith('FM', at)) fill = false;
    else if (element !== undefined) found.push({ element, fill });
    else found.push({ literal: format.charAt(at) });
    if (element !== undefined) fill = true;
    at += quoted?.[0].length ?? (format.startsWith('FM', at) ? 2 : (element?.length ?? 1));
  }
  return found;
}

const NATIVE: Partial<Record<Element, string>> = {
  YYYY: '%Y',
  YY: '%y',
  MM: '%m',
  DD: '%d',
  DDD: '%j',
  HH24: '%H',
  HH12: '%I',
  HH: '%I',
  MI: '%M',
  SS: '%S',
  MS: '%g',
  US: '%f',
  Mon: '%b',
  Dy: '%a',
  AM: '%p',
  PM: '%p',
  IYYY: '%G',
  IW: '%V',
  TZ: 'UTC',
  OF: '+00',
};
const UNFILLED: Partial<Record<Element, string>> = {
  MM: '%-m',
  DD: '%-d',
  HH24: '%-H',
  HH12: '%-I',
  HH: '%-I',
  MI: '%-M',
  SS: '%-S',
  DDD: '%-j',
};

function special(ts: string, element: Element, fill: boolean): string {
  const name = (pattern: string, change: string): string => {
    const text = `${change}(strftime(${ts}, '${pattern}'))`;
    return fill && ['%B', '%A'].includes(pattern) ? `rpad(${text}, 9, ' ')` : text;
  };
  switch (element) {
    case 'MONTH':
      return name('%B', 'upper');
    case 'Month':
      return name('%B', '');
    case 'month':
      return name('%B', 'lower');
    case 'DAY':
      return name('%A', 'upper');
    case 'Day':
      return name('%A', '');
    case 'day':
      return name('%A', 'lower');
    case 'MON':
      return name('%b', 'upper');
    case 'mon':
      return name('%b', 'lower');
    case 'DY':
      return name('%a', 'upper');
    case 'dy':
      return name('%a', 'lower');
    case 'am':
    case 'pm':
      return name('%p', 'lower');
    case 'A.M.':
    case 'P.M.':
      return `replace(replace(strftime(${ts}, '%p'), 'AM', 'A.M.'), 'PM', 'P.M.')`;
    case 'D':
      return `CAST(date_part('dow', ${ts}) + 1 AS VARCHAR)`;
    case 'Q':
      return `CAST(date_part('quarter', ${ts}) AS VARCHAR)`;
    case 'W':
      return `CAST((date_part('day', ${ts}) - 1) // 7 + 1 AS VARCHAR)`;
    case 'WW':
      return `lpad(CAST((date_part('doy', ${ts}) - 1) // 7 + 1 AS VARCHAR), 2, '0')`;
    case 'CC':
      return `lpad(CAST(date_part('century', ${ts}) AS VARCHAR), 2, '0')`;
    case 'J':
      return `CAST(CAST(julian(${ts}) + 0.5 AS BIGINT) AS VARCHAR)`;
    default:
      return `strftime(${ts}, '${NATIVE[element] ?? ''}')`;
  }
}

/** DuckDB SQL that formats the timestamp expression `ts` as TO_CHAR does. */
export function dateToChar(ts: string, format: string): string {
  const expressions: string[] = [];
  let pattern = '';
  const flush = (): void => {
    if (pattern !== '') expressions.push(`strftime(${ts}, ${sqlString(pattern)})`);
    pattern = '';
  };
  for (const part of parts(format)) {
    const native = 'literal' in part ? part.literal.replaceAll('%', '%%') : nativeElement(part.element, part.fill);
    if (native !== undefined) pattern += native;
    else if ('element' in part) {
      flush();
      expressions.push(special(ts, part.element, part.fill));
    }
  }
  flush();
  return expressions.length === 0 ? "''" : expressions.join(' || ');
}

const nativeElement = (element: Element, fill: boolean): string | undefined =>
  (fill ? undefined : UNFILLED[element]) ?? NATIVE[element];

/** A TO_CHAR format is a number's if it has digits' places and nothing of a date. */
export function isNumberFormat(format: string): boolean {
  const bare = format.replaceAll(/"[^"]*"|FM|(?<=[90.])MI$/g, '');
  return /[90]/.test(bare) && !/YY|MM|DD|HH|MI|SS|Q|MON/i.test(bare);
}

const PARSED: Partial<Record<Element, string>> = {
  ...NATIVE,
  MONTH: '%B',
  Month: '%B',
  month: '%B',
  MON: '%b',
  mon: '%b',
  DAY: '%A',
  Day: '%A',
  day: '%A',
  DY: '%a',
  dy: '%a',
  am: '%p',
  pm: '%p',
};

/** A TO_DATE or TO_TIMESTAMP format as strptime takes it. */
export function strptimeFormat(format: string, position: number): string {
  return parts(format)
    .map((part) => {
      if ('literal' in part) return part.literal.replaceAll('%', '%%');
      const parsed = PARSED[part.element];
      if (parsed !== undefined) return parsed;
      throw new SqlError('0A000', `"${part.element}" is not supported for input here`, position);
    })
    .join('');
}
