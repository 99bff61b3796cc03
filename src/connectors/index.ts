/** Floor 5: sources and sinks as descriptions, and what is learnt of files before an engine reads them. */
// `export *`, so that `declare module 'tidemill/connectors' { interface Files {} }` reaches the interface.
export type * from './files.ts'
export { csv, type CsvOptions } from './csv.ts'
export { ndjson, type NdjsonOptions } from './ndjson.ts'
export { parquet, type ParquetOptions } from './parquet.ts'
export { type RowAs, rows, type RowsOptions } from './rows.ts'
export { type Lines, lines, type LinesOptions } from './lines.ts'
export type { ReadOptions, TableFile, WriteOptions } from './table-file.ts'
export { prepareSource, type PreparedCsv, type PreparedOptions } from './prepare-source.ts'
export { type KnownFile, readTypes, type TypesEntry, writeTypes } from './types-file.ts'
