import { functions } from '../../expr/index.ts'
import type { Capabilities } from '../../plan/index.ts'

/** Functions that DuckDB has under another meaning: they are written with guards or as other functions. */
const rewritten: ReadonlySet<string> = new Set([
  'div',
  'mod',
  'round',
  'sqrt',
  'ln',
  'log',
  'cast',
  'tryCast',
  'trim',
  'slice',
  'extract',
  'matches',
  'replaceRegex',
  'weekday',
  'diff',
  'plus',
  'bin',
  'epoch',
  'listAt',
  'listJoin',
  'sum',
  'stddev',
  'variance',
  'list',
])

const streamsOnly = { missing: 'never', reason: 'a step of a stream: tm.table(stream) gives its table' } as const

/** What the embedded engine does itself, what runs beside it, and what it opens through a driver. */
export const capabilities: Capabilities = Object.freeze({
  nodes: {
    scan: 'native',
    filter: 'native',
    project: 'native',
    aggregate: 'native',
    join: 'native',
    asOf: 'native',
    union: 'native',
    sort: 'native',
    limit: 'native',
    split: 'native',
    explode: 'native',
    map: 'beside',
    transform: 'beside',
    eventTime: streamsOnly,
    process: streamsOnly,
    onError: streamsOnly,
    late: streamsOnly,
    sink: streamsOnly,
  },
  functions: Object.fromEntries(Object.keys(functions).map(name => [name, rewritten.has(name) ? 'rewritten' : 'native'] as const)),
  sources: { csv: 'native', ndjson: 'native', parquet: 'native', staged: 'native', rows: 'opened', lines: 'opened', sql: 'opened', arrow: 'opened', arrowBytes: 'opened', excel: 'opened', sqlite: 'opened', postgres: 'opened' },
  sinks: {
    csv: { by: 'native', guarantee: 'exactly-once' },
    ndjson: { by: 'native', guarantee: 'exactly-once' },
    parquet: { by: 'native', guarantee: 'exactly-once' },
    arrow: { by: 'opened', guarantee: 'exactly-once' },
    excel: { by: 'opened', guarantee: 'exactly-once' },
    sqlite: { by: 'opened', guarantee: 'exactly-once' },
    postgres: { by: 'opened', guarantee: 'exactly-once' },
  },
} as const)
