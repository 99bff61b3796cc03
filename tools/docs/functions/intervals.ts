import type { FunctionPage } from './types.ts'

export const intervals: FunctionPage = {
  name: 'intervals',
  title: 'Intervals',
  per: 'row',
  about:
    'An interval is months, days and microseconds, each with its sign: `interval({ months: 1, days: 2 })`. They are compared by their length, with months of 30 days of 24 hours.',
  interfaces: [
    ['expr/types.ts', 'DateExpr'],
    ['expr/types.ts', 'IntervalExpr'],
    ['expr/scalar-types.ts', 'IntervalScalars'],
  ],
  examples: {
    plusInterval: r => r.day.plus(r.span.nullIf('P1Y2M3DT1H2M3S')),
    minus: r => r.at.minus(r.span),
    since: r => r.at.since('2024-02-29T00:00:00Z'),
    negInterval: r => r.span.neg(),
    mulInterval: r => r.span.mul(r.id),
    years: r => r.span.years(),
    months: r => r.span.months(),
    days: r => r.span.days(),
    hours: r => r.span.hours(),
    minutes: r => r.span.minutes(),
    seconds: r => r.span.seconds(),
    microseconds: r => r.span.microseconds(),
  },
}
