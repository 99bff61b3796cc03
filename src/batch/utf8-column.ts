import type { DataType } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { columnFromRaw } from './column-from.ts'
import { bufferOf } from './text-at.ts'
import { validityOf } from './validity.ts'

/** A column of texts; null is NULL. `type` is string or an enum, whose values are not checked here. */
export function utf8Column(strings: readonly (string | null)[], type: DataType = 'string'): Column {
  const length = strings.length
  const offsets = new Int32Array(length + 1)
  let end = 0
  let nulls = false
  for (let i = 0; i < length; i++) {
    const text = strings[i]
    if (typeof text === 'string') end += text.length
    else nulls = true
    offsets[i + 1] = end
    if (end > 0x0fff_ffff) return columnFromRaw(type, strings)
  }
  // One call encodes them all; when a text is not ASCII the offsets are not those of its bytes, and each is encoded by itself.
  const all = strings.join('')
  if (Buffer.byteLength(all, 'utf8') !== end) return columnFromRaw(type, strings)
  const data = new Uint8Array(end)
  bufferOf(data).write(all, 0, end, 'latin1')
  const validity = nulls ? validityOf(length, i => typeof strings[i] === 'string') : undefined
  return { type, length, data, offsets, ...(validity === undefined ? {} : { validity }) }
}
