/**
 * What reading and working costs, measured on two cores of a server of 2026 (docs/benchmarks.md): bytes, or rows, per second of one processor. Another machine
 * differs by a factor of two or three; the advice turns on factors of ten.
 */
export const bytesPerCpuSecond: Readonly<Record<string, number>> = {
  parquet: 280e6,
  arrow: 800e6,
  csv: 240e6,
  ndjson: 120e6,
  json: 120e6,
  lines: 250e6,
}
/** For what is not in the table: databases, rows in memory, other formats. */
export const otherBytesPerCpuSecond = 50e6

export const rowsPerCpuSecond: Readonly<Record<string, number>> = {
  filter: 100e6,
  project: 50e6,
  aggregate: 15e6,
  join: 10e6,
  sort: 5e6,
  window: 3e6,
  map: 4e6,
}
/** Bytes of Parquet for a byte of a row in memory: columns of one type pack well. */
export const parquetPerMemoryByte = 0.4
/** The size of file that readers like: few to open, several to share among threads. */
export const goodFile = 256e6
export const smallFile = 16e6
/** Rows of one partition that is too small to be worth a file. */
export const leastPartition = 32e6
/** More folders than this are slower to list than to read. */
export const mostPartitions = 10_000
