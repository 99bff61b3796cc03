import { type Description, describeValue, formatNumber } from '../display/index.ts'
import { anomalyText } from './history.ts'
import type { CheckResult, Report } from './report.ts'
import type { Builder } from '../plan/index.ts'

/** What there is to show of a report. */
type Facts = Pick<Report<unknown, Builder>, 'passed' | 'score' | 'warnings' | 'anomalies' | 'at' | 'contract' | 'checks'>

/** One line a check. */
export function describeReport({ checks, warnings, score, anomalies }: Facts): Description {
  const failed = checks.filter(result => !result.passed && result.severity === 'error').length
  const notes = [
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    ...(anomalies === 0 ? [] : [`${anomalies} unusual`]),
  ]
  const title =
    failed === 0
      ? notes.length === 0
        ? `all ${checks.length} checks passed`
        : `no check failed`
      : `${failed} of ${checks.length} checks failed`
  return {
    kind: 'table',
    title: [title, ...notes].join(', '),
    columns: [
      { name: 'check', type: '', align: 'left' },
      { name: 'passed', type: '', align: 'left' },
      { name: 'seen', type: '', align: 'right' },
      { name: 'failed', type: '', align: 'right' },
      { name: 'found', type: '', align: 'left' },
    ],
    rows: checks.map(result => [result.name, verdict(result), String(result.seen), String(result.failed), found(result)]),
    total: checks.length,
    shown: checks.length,
    note: `score ${formatNumber(Number((score * 100).toFixed(2)))} %`,
  }
}

/** The same with a figure of the failing rows, and the samples. */
export function reportPage(facts: Facts): Description {
  const { checks, contract, at } = facts
  const bad = checks.filter(result => result.share < 1)
  const figure: Description = {
    kind: 'figure',
    title: 'share of rows that failed',
    xLabel: 'check',
    yLabel: '%',
    marks: [{ mark: 'bars', x: bad.map(result => result.name), y: bad.map(result => Number(((1 - result.share) * 100).toPrecision(4))) }],
  }
  return {
    kind: 'group',
    items: [
      {
        kind: 'keyValues',
        pairs: [
          ['checked at', new Date(at).toISOString()],
          ...(contract === undefined
            ? []
            : ([
                ['contract', `${contract.name} ${contract.version}`],
                ['sha256', contract.sha256],
              ] as const)),
        ],
      },
      describeReport(facts),
      ...(bad.length === 0 ? [] : [figure]),
      ...checks
        .filter(result => result.samples.length > 0)
        .map(
          (result): Description => ({
            kind: 'group',
            title: result.name,
            items: [
              { kind: 'text', text: `${result.failed} of ${result.seen} rows; the first ${result.samples.length}:` },
              describeValue(result.samples),
            ],
          }),
        ),
    ],
  }
}

function verdict({ passed, severity }: CheckResult<unknown>): string {
  return passed ? 'yes' : severity === 'error' ? 'NO' : severity
}

function found({ found: what, anomaly }: CheckResult<unknown>): string {
  return [...(what === undefined ? [] : [what]), ...(anomaly === undefined ? [] : [anomalyText(anomaly)])].join('; ')
}
