import { packColumns } from '../../../../batch/index.ts'
import type { Rows } from '../seams.ts'

/** The same rows in one buffer of their own, which can be handed to another thread whole. Those that were given stay: other channels, sinks and state may hold them. */
export function packRows<R extends Rows>(rows: R): { readonly rows: R; readonly buffer: ArrayBuffer } {
  const { hashes } = rows
  const { batch, buffer, also } = packColumns(rows.batch, hashes)
  return { rows: { ...rows, ...(also === undefined ? {} : { hashes: also }), batch }, buffer }
}
