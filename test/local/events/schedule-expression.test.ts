import { parseScheduleExpression } from '../../../local/events/schedule-expression.ts';

const next = (expression: string, after: string) =>
  parseScheduleExpression(expression).nextAfter(new Date(after))?.toISOString();

describe('schedule expressions', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['rate(5 hours)', '2026-01-01T00:00:00Z', '2026-01-01T05:00:00.000Z'],
    ['cron(0 12 * * ? *)', '2026-01-01T12:00:00Z', '2026-01-02T12:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:14:59Z', '2026-01-01T00:15:00.000Z'],
    ['cron(30 8 ? * MON-FRI *)', '2026-01-02T09:00:00Z', '2026-01-05T08:30:00.000Z'],
    ['cron(0 0 ? * 1 *)', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00.000Z'],
    ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['cron(0 9 ? * 3#2 *)', '2026-01-01T00:00:00Z', '2026-01-13T09:00:00.000Z'],
    ['cron(0 9 ? * 6L *)', '2026-01-01T00:00:00Z', '2026-01-30T09:00:00.000Z'],
    ['cron(0 9 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T09:00:00.000Z'],
    ['cron(0 9 1W * ? *)', '2026-08-01T10:00:00Z', '2026-08-03T09:00:00.000Z'],
    ['cron(0 0 1 1 ? 2030)', '2026-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
    ['at(2030-01-01T00:00:00)', '2026-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
  ])('%s after %s runs at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('runs no more once its only year is over', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    ['five fields, as crontab has them', 'cron(0 12 * * *)'],
    ['both kinds of day', 'cron(0 12 1 * 2 *)'],
    ['no kind of day', 'cron(0 12 ? * ? *)'],
    ['a plural for one', 'rate(1 minutes)'],
    ['a singular for many', 'rate(5 minute)'],
    ['weekday 0, which crontab has for Sunday', 'cron(0 12 ? * 0 *)'],
    ['minute 60', 'cron(60 12 * * ? *)'],
  ])('refuses %s', (_name, expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow();
  });
});
