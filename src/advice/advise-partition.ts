import { formatCount, formatSize } from '../display/index.ts'
import { goodFile, leastPartition, mostPartitions } from './rates.ts'
import type { ColumnFigures, Figures, PartitionAdvice, PartitionBy } from './types.ts'

const spans = [
  ['hour', 3_600],
  ['day', 86_400],
  ['month', 2_629_746],
  ['year', 31_556_952],
] as const
/** One task with more than a quarter of the rows does most of the work while the others wait. */
const uneven = 0.25

/** By time where there is one, else by a column of few values, else by hash; nothing where one file is small enough. */
export function advisePartition(figures: Figures): PartitionAdvice {
  const { columns, parquetBytes, rows } = figures
  const skewed = columns
    .filter(column => column.topShare > uneven && column.distinct > 1 && couldBeKey(column))
    .map(({ name, topShare }) => ({ column: name, topShare }))
  const notes = skewed.map(
    ({ column, topShare }) => `${column} is uneven: one value has ${Math.round(topShare * 100)} % of the rows, and so would one part`,
  )
  const done = (partition: PartitionBy, ...because: readonly string[]): PartitionAdvice => ({
    partition,
    skewed,
    because: [...because, ...notes],
  })
  if (parquetBytes <= 2 * goodFile)
    return done(
      { by: 'nothing' },
      `${formatCount(rows)} rows are about ${formatSize(parquetBytes)} of Parquet: one file, of which a good size is ${formatSize(goodFile)}`,
    )

  const time = columns.find(column => column.spanSeconds !== undefined && column.spanSeconds > 0 && column.nullShare < 0.01)
  if (time !== undefined) {
    const found = byTime(time, figures)
    if (found !== undefined) return done(found.partition, found.because)
  }
  const few = columns
    .filter(
      column =>
        couldBeKey(column) && column.distinct >= 2 && column.topShare <= uneven * 2 && parquetBytes / column.distinct >= leastPartition,
    )
    .sort((a, b) => closeness(parquetBytes / a.distinct) - closeness(parquetBytes / b.distinct))[0]
  if (few !== undefined && few.distinct <= mostPartitions)
    return done(
      { by: 'value', column: few.name, parts: few.distinct },
      `${few.name} has about ${formatCount(few.distinct)} values, ${formatSize(parquetBytes / few.distinct)} each, the most frequent ${Math.round(few.topShare * 100)} % of the rows`,
    )
  const key = columns.filter(couldBeKey).toSorted((a, b) => b.distinct - a.distinct)[0]
  if (key === undefined) return done({ by: 'nothing' }, 'no column is a key: write several files of a good size')
  const parts = Math.max(2, Math.ceil(parquetBytes / goodFile))
  return done(
    { by: 'hash', column: key.name, parts },
    `${key.name} has the most values, about ${formatCount(key.distinct)}: its hash gives ${parts} even parts of ${formatSize(parquetBytes / parts)}`,
  )
}

function byTime(
  time: ColumnFigures,
  { parquetBytes, rows, sampledRows }: Figures,
): { partition: PartitionBy; because: string } | undefined {
  // Rows in the order of their time: the sample is the beginning of the span; else it goes across the whole of it.
  const span = (time.spanSeconds ?? 0) * (time.inOrder === true && sampledRows > 0 ? rows / sampledRows : 1)
  const sizes = spans.map(([every, seconds]) => ({ every, parts: Math.max(1, Math.ceil(span / seconds)) }))
  const best = sizes
    .filter(({ parts }) => parts > 1 && parts <= mostPartitions && parquetBytes / parts >= leastPartition)
    .sort((a, b) => closeness(parquetBytes / a.parts) - closeness(parquetBytes / b.parts))[0]
  if (best === undefined) return undefined
  return {
    partition: { by: 'time', column: time.name, every: best.every, parts: best.parts },
    because: `${time.name} goes over about ${formatCount(span / 86_400)} days: ${best.parts} parts by ${best.every}, ${formatSize(parquetBytes / best.parts)} each; queries of a span read its parts only`,
  }
}

/** How far a size is from a good file, in either direction. */
function closeness(bytes: number): number {
  return Math.abs(Math.log(bytes / goodFile))
}

function couldBeKey(column: ColumnFigures): boolean {
  return column.spanSeconds === undefined && !/^(float|decimal|list|struct|map|bytes|json|null)/.test(column.type)
}
