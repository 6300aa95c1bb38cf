const PARTS: Readonly<Record<string, readonly string[]>> = {
  millennium: ['millennium', 'millennia', 'mil', 'mils'],
  century: ['century', 'centuries', 'c', 'cent', 'cents'],
  decade: ['decade', 'decades', 'dec', 'decs'],
  year: ['year', 'years', 'y', 'yr', 'yrs', 'yy', 'yyyy'],
  quarter: ['quarter', 'quarters', 'qtr', 'qtrs', 'q'],
  month: ['month', 'months', 'mon', 'mons', 'mm'],
  week: ['week', 'weeks', 'w', 'wk', 'ww'],
  day: ['day', 'days', 'd', 'dd'],
  hour: ['hour', 'hours', 'h', 'hr', 'hrs', 'hh'],
  minute: ['minute', 'minutes', 'm', 'min', 'mins', 'mi'],
  second: ['second', 'seconds', 's', 'sec', 'secs', 'ss'],
  millisecond: ['millisecond', 'milliseconds', 'ms', 'msec', 'msecs', 'msecond', 'mseconds', 'millisec', 'millisecs'],
  microsecond: ['microsecond', 'microseconds', 'us', 'usec', 'usecs', 'usecond', 'useconds', 'microsec', 'microsecs'],
  dow: ['dow', 'dayofweek', 'dw', 'weekday'],
  doy: ['doy', 'dayofyear', 'dy', 'yearday'],
  epoch: ['epoch'],
  timezone: ['timezone'],
  timezone_hour: ['timezone_hour'],
  timezone_minute: ['timezone_minute'],
};

const BY_NAME = new Map(Object.entries(PARTS).flatMap(([part, names]) => names.map((name) => [name, part] as const)));

/** The canonical name of a Redshift date part or its abbreviation. */
export const datePart = (name: string): string | undefined => BY_NAME.get(name.toLowerCase());

/** How many of which interval a date part is in DATEADD. */
export function intervalOf(part: string): { readonly unit: string; readonly times: number } | undefined {
  switch (part) {
    case 'millennium':
      return { unit: 'year', times: 1000 };
    case 'century':
      return { unit: 'year', times: 100 };
    case 'decade':
      return { unit: 'year', times: 10 };
    case 'quarter':
      return { unit: 'month', times: 3 };
    case 'week':
      return { unit: 'day', times: 7 };
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
    case 'millisecond':
    case 'microsecond':
      return { unit: part, times: 1 };
    default:
      return undefined;
  }
}
