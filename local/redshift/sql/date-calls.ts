import { datePart, intervalOf } from './date-parts.ts';
import { argument, onlyToken, replaceCall, type Call, type CallRule } from './function-call.ts';
import { dateToChar, isNumberFormat, strptimeFormat } from './date-formats.ts';
import { sqlString, type Rewriter } from './rewriter.ts';
import { findWord, type Span } from './spans.ts';
import { SqlError } from './sql-error.ts';

function partOf(rewriter: Rewriter, call: Call, span: Span): string {
  const token = onlyToken(rewriter, span);
  const part = token === undefined ? undefined : datePart(token.value);
  if (part !== undefined) return part;
  const named = token?.value ?? call.name.value;
  throw new SqlError('22023', `date part "${named}" is not recognized`, (token ?? call.name).start + 1);
}

function formatOf(rewriter: Rewriter, call: Call, span: Span): string {
  const token = onlyToken(rewriter, span);
  if (token?.kind === 'string') return token.value;
  throw new SqlError('0A000', `${call.name.value} needs its format as a literal here`, call.name.start + 1);
}

const dateadd: CallRule = (rewriter, call) => {
  const part = partOf(rewriter, call, argument(call, 0));
  const interval = intervalOf(part);
  if (interval === undefined) throw new SqlError('22023', `dateadd cannot add "${part}"`, call.name.start + 1);
  const step = `AS BIGINT) * INTERVAL '${interval.times} ${interval.unit}')`;
  return replaceCall(rewriter, call, 'rs_add(', argument(call, 2), ', CAST(', argument(call, 1), step);
};

/** Counts crossed boundaries; weeks begin on Sunday. */
const datediff: CallRule = (rewriter, call) => {
  const part = partOf(rewriter, call, argument(call, 0));
  const macro = part === 'week' ? 'rs_weeks_between(' : `date_diff('${part}', `;
  const as = part === 'week' ? '' : 'AS TIMESTAMP)';
  const open = part === 'week' ? '' : 'CAST(';
  return replaceCall(rewriter, call, macro + open, argument(call, 1), `${as}, ${open}`, argument(call, 2), `${as})`);
};

const dateTrunc: CallRule = (rewriter, call) =>
  replaceCall(rewriter, call, `rs_date_trunc('${partOf(rewriter, call, argument(call, 0))}',`, argument(call, 1), ')');

/** DATE_PART of seconds has their fraction. */
const datePartCall: CallRule = (rewriter, call) => {
  const part = partOf(rewriter, call, argument(call, 0));
  if (part !== 'second') return replaceCall(rewriter, call, `rs_date_part('${part}',`, argument(call, 1), ')');
  return replaceCall(rewriter, call, "(rs_date_part('microsecond',", argument(call, 1), ') / 1000000.0)');
};

/** EXTRACT of milliseconds or microseconds leaves the seconds out, unlike the engine. */
const WITHIN_SECOND: Readonly<Record<string, string>> = { millisecond: '% 1000', microsecond: '% 1000000' };

const extract: CallRule = (rewriter, call) => {
  const inside: Span = { lo: call.at + 2, hi: call.close };
  const from = findWord(rewriter.tokens, inside, new Set(['from']));
  const part = partOf(rewriter, call, { lo: inside.lo, hi: from });
  const end = `) ${WITHIN_SECOND[part] ?? ''} AS ${part === 'epoch' ? 'BIGINT' : 'INTEGER'})`;
  return replaceCall(rewriter, call, `CAST(rs_date_part('${part}',`, { lo: from + 1, hi: inside.hi }, end);
};

const toChar: CallRule = (rewriter, call) => {
  const format = formatOf(rewriter, call, argument(call, 1));
  if (isNumberFormat(format)) {
    return replaceCall(
      rewriter,
      call,
      'rs_number_to_char(CAST(',
      argument(call, 0),
      `AS VARCHAR), ${sqlString(format)})`,
    );
  }
  return replaceCall(
    rewriter,
    call,
    'list_transform([CAST(',
    argument(call, 0),
    `AS TIMESTAMP)], lambda ts: ${dateToChar('ts', format)})[1]`,
  );
};

const toDate: CallRule = (rewriter, call) => {
  const format = sqlString(strptimeFormat(formatOf(rewriter, call, argument(call, 1)), call.name.start + 1));
  return replaceCall(rewriter, call, 'CAST(strptime(CAST(', argument(call, 0), `AS VARCHAR), ${format}) AS DATE)`);
};

const toTimestamp: CallRule = (rewriter, call) => {
  const format = sqlString(strptimeFormat(formatOf(rewriter, call, argument(call, 1)), call.name.start + 1));
  return replaceCall(rewriter, call, "timezone('UTC', strptime(CAST(", argument(call, 0), `AS VARCHAR), ${format}))`);
};

const convertTimezone: CallRule = (rewriter, call) => {
  const from = call.args.length === 2 ? "'UTC'" : argument(call, 0);
  const [to, time] = call.args.length === 2 ? [0, 1] : [1, 2];
  return replaceCall(
    rewriter,
    call,
    'timezone(',
    argument(call, to),
    ', timezone(',
    from,
    ', CAST(',
    argument(call, time),
    'AS TIMESTAMP)))',
  );
};

export const DATES: readonly (readonly [string, CallRule])[] = [
  ['dateadd', dateadd],
  ['date_add', dateadd],
  ['datediff', datediff],
  ['date_diff', datediff],
  ['date_trunc', dateTrunc],
  ['date_part', datePartCall],
  ['extract', extract],
  ['to_char', toChar],
  ['to_date', toDate],
  ['to_timestamp', toTimestamp],
  ['convert_timezone', convertTimezone],
];
