import { formatCount, formatSize } from '../display/index.ts'
import { goodFile, smallFile } from './rates.ts'
import type { AdviceOptions, Figures, StoreAdvice } from './types.ts'

const manyFiles = 100
/** A server of PostgreSQL holds more, but an index of it no longer fits in the memory of a usual one. */
const databaseBytes = 100e9

/** What to keep the table in: by how it is used first, then by its size. */
export function adviseStore(figures: Figures, access: NonNullable<AdviceOptions['access']>): StoreAdvice {
  const { parquetBytes, sources, machine } = figures
  const memoryBytes = figures.rows * figures.rowBytes
  const small = sources.filter(source => source.files >= manyFiles && source.bytes / source.files < smallFile)
  const compact = small.length > 0
  const notes = small.map(
    source =>
      `${source.path}: ${formatCount(source.files)} files of ${formatSize(source.bytes / source.files)}; opening them costs more than reading: compact them to ${formatSize(goodFile)}`,
  )
  const done = (store: StoreAdvice['store'], ...because: readonly string[]): StoreAdvice => ({
    store,
    compact,
    because: [...because, ...notes],
  })
  const size = `${formatCount(figures.rows)} rows, about ${formatSize(parquetBytes)} as Parquet, ${formatSize(memoryBytes)} as rows`
  if ((access === 'lookup' || access === 'update') && memoryBytes <= databaseBytes)
    return done(
      'PostgreSQL',
      size,
      access === 'lookup'
        ? 'single rows by a key want an index, which files do not have'
        : 'rows that change want transactions by the row; files are written whole',
    )
  if (access === 'share') return done('object store', size, 'several machines read it: no disk of one of them should hold it')
  if (parquetBytes > 0.5 * machine.freeDiskBytes)
    return done('object store', size, `more than half of the ${formatSize(machine.freeDiskBytes)} that are free on this disk`)
  if (access === 'lookup' || access === 'update')
    return done('partitioned Parquet', size, `too large for one database (${formatSize(databaseBytes)} is what one serves well)`)
  if (parquetBytes <= 2 * goodFile)
    return done('one file', size, `Parquet: columns are read alone, and one file of ${formatSize(parquetBytes)} is read by all threads`)
  return done('partitioned Parquet', size, 'queries read the parts they need only')
}
