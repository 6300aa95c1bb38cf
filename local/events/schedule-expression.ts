import { parseCron } from './cron.ts';

/** When something runs next. */
export interface ScheduleExpression {
  /** @param previous the last run, or the moment at which the schedule was made */
  nextAfter: (previous: Date) => Date | undefined;
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses `rate(5 minutes)`, `cron(0 12 * * ? *)` and `at(2030-01-01T00:00:00)`, all in UTC.
 * @throws when the expression is not valid
 */
export function parseScheduleExpression(expression: string): ScheduleExpression {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  switch (kind) {
    case 'rate':
      return parseRate(argument);
    case 'cron':
      return parseCron(argument);
    case 'at': {
      const moment = new Date(`${argument}Z`);
      if (Number.isNaN(moment.getTime())) throw new Error(`${expression} is not a moment`);
      return { nextAfter: (previous) => (moment > previous ? moment : undefined) };
    }
    default:
      throw new Error(`${expression} is not a schedule expression`);
  }
}

function parseRate(argument: string): ScheduleExpression {
  const [, value = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(argument) ?? [];
  const milliseconds = Number(value) * (units[unit] ?? NaN);
  // AWS wants `1 minute` and `5 minutes`, and refuses the other way round.
  if (Number.isNaN(milliseconds) || argument.endsWith('s') !== (value !== '1')) {
    throw new Error(`rate(${argument}) is not valid`);
  }
  return { nextAfter: (previous) => new Date(previous.getTime() + milliseconds) };
}
