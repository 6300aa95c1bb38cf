/** A parsed cron expression of AWS: six fields, in UTC. */
export interface Cron {
  /** The first minute after this moment that matches; undefined when there is none before the year 2200. */
  nextAfter: (moment: Date) => Date | undefined;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const firstYear = 1970;
const lastYear = 2199;

type DayMatches = (date: Date) => boolean;

/**
 * Parses `minutes hours day-of-month month day-of-week year`, where SUN is 1 and exactly one of the two kinds of day
 * is `?`.
 * @throws when the expression is not valid
 */
export function parseCron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  const [minute = '', hour = '', monthDay = '', month = '', weekday = '', year = ''] = fields;
  if (fields.length !== 6) throw new Error(`cron(${expression}) must have six fields`);
  if ((monthDay === '?') === (weekday === '?')) {
    throw new Error(`cron(${expression}): exactly one of day-of-month and day-of-week must be ?`);
  }
  const minutes = parseSet(minute, 0, 59);
  const hours = parseSet(hour, 0, 23);
  const monthNumbers = parseSet(month, 1, 12, months);
  const years = parseSet(year, firstYear, lastYear);
  const dayMatches = weekday === '?' ? parseMonthDay(monthDay) : parseWeekday(weekday);
  return {
    nextAfter: (moment) => {
      const start = new Date(Math.floor(moment.getTime() / 60_000) * 60_000 + 60_000);
      for (const day of days(start, years, monthNumbers)) {
        if (!dayMatches(day)) continue;
        const found = timesOf(day, hours, minutes).find((time) => time >= start);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function* days(start: Date, years: readonly number[], monthNumbers: readonly number[]): Generator<Date> {
  const firstDay = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  for (const year of years.filter((each) => each >= start.getUTCFullYear())) {
    for (const month of monthNumbers) {
      for (let day = 1; day <= daysInMonth(year, month); day += 1) {
        const date = new Date(Date.UTC(year, month - 1, day));
        if (date.getTime() >= firstDay) yield date;
      }
    }
  }
}

function timesOf(day: Date, hours: readonly number[], minutes: readonly number[]): Date[] {
  return hours.flatMap((hour) => minutes.map((minute) => new Date(day.getTime() + (hour * 60 + minute) * 60_000)));
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Lists, ranges, steps and names: `0/15`, `MON-FRI`, `1,3,5-7`, `*`. Sorted. */
function parseSet(field: string, minimum: number, maximum: number, names: readonly string[] = []): number[] {
  const values = field.split(',').flatMap((part) => {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const first = from === '*' ? minimum : parseNumber(from, names, minimum, maximum);
    const last =
      to === undefined
        ? from === '*' || step !== undefined
          ? maximum
          : first
        : parseNumber(to, names, minimum, maximum);
    const by = step === undefined ? 1 : parseNumber(step, [], 1, maximum);
    // SAT-MON goes round the end of the week.
    const length = last >= first ? last - first : last - first + (maximum - minimum + 1);
    const span = Array.from({ length: Math.floor(length / by) + 1 }, (_each, index) => first + index * by);
    return span.map((value) => (value > maximum ? value - (maximum - minimum + 1) : value));
  });
  return [...new Set(values)].sort((left, right) => left - right);
}

function parseNumber(part: string, names: readonly string[], minimum: number, maximum: number): number {
  const named = names.indexOf(part.toUpperCase());
  const value = named === -1 ? (/^\d+$/.test(part) ? Number(part) : NaN) : named + 1;
  if (!(value >= minimum && value <= maximum))
    throw new Error(`cron: ${part} is not between ${minimum} and ${maximum}`);
  return value;
}

/** `L` is the last day, `15W` the weekday nearest to the 15th, `LW` the last weekday. */
function parseMonthDay(field: string): DayMatches {
  const nearest = /^(\d+|L)W$/.exec(field)?.[1];
  if (nearest !== undefined) return (date) => date.getUTCDate() === nearestWeekday(date, nearest);
  if (field === 'L') return (date) => date.getUTCDate() === lastDayOf(date);
  const wanted = parseSet(field, 1, 31);
  return (date) => wanted.includes(date.getUTCDate());
}

function nearestWeekday(date: Date, wanted: string): number {
  const last = lastDayOf(date);
  const day = wanted === 'L' ? last : Math.min(Number(wanted), last);
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
}

/** `6#3` is the third Friday, `6L` the last one, `L` alone is Saturday. */
function parseWeekday(field: string): DayMatches {
  const nth = /^(\w+)#([1-5])$/.exec(field);
  if (nth !== null) {
    const weekday = parseNumber(nth[1] ?? '', weekdays, 1, 7);
    return (date) => date.getUTCDay() + 1 === weekday && Math.ceil(date.getUTCDate() / 7) === Number(nth[2]);
  }
  if (field === 'L') return (date) => date.getUTCDay() === 6;
  const lastOf = /^(\w+)L$/.exec(field)?.[1];
  if (lastOf !== undefined) {
    const weekday = parseNumber(lastOf, weekdays, 1, 7);
    return (date) => date.getUTCDay() + 1 === weekday && date.getUTCDate() + 7 > lastDayOf(date);
  }
  const wanted = parseSet(field, 1, 7, weekdays);
  return (date) => wanted.includes(date.getUTCDay() + 1);
}

function lastDayOf(date: Date): number {
  return daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
