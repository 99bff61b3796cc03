/** Rows as Parquet: row groups one after the other, the footer at the end. The library is loaded beforehand, so that all of this is synchronous. */
import type * as Parquet from 'hyparquet-writer'
import { type Batch, type Column, concatBatches, stringsOf, valuesOf } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import type { DataType, Schema } from '../../../../schema/index.ts'
import { parquetSchema } from './parquet-schema.ts'
import type { RowEncoder } from './row-encoder.ts'

let loaded: typeof Parquet | undefined

/** Loads the library; once a thread, before the first encoder is made. */
export async function loadParquet(): Promise<void> {
  loaded ??= await import('hyparquet-writer')
}

/** Rows of a row group: few enough that making one does not stop the thread for long. */
const groupRows = 32_768
/** Bytes of columns in memory that end a row group early. */
const groupBytes = 32 << 20
