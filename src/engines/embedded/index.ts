/** Floor 5: the embedded engine: DuckDB in this process, functions on worker threads. */
export { embedded, type EmbeddedOptions } from './embedded.ts'
export { type Machine, type MachineLimits, machineLimits } from './duckdb/limits.ts'
export { drive } from './streaming/disk/index.ts'
export type { Disk, Io, Rows, SourceReader, SourceStep, StreamSink, StreamSinkWriter, StreamToken } from './streaming/seams.ts'
export { streamRuntime, type StreamRuntime } from './stream-runtime.ts'
