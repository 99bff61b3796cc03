/** Results of accumulators of numbers as columns. */
import { type Column, columnFromRaw, setValid } from '../../batch/index.ts'
import { type DataType, storageOf } from '../../schema/index.ts'
import { plainColumn } from '../vector.ts'

/** Doubles; undefined is NULL. */
export function realColumn(groups: Int32Array, value: (group: number) => number | undefined): Column {
  const { length } = groups
  const data = new Float64Array(length)
  let validity: Uint8Array | undefined
  for (let i = 0; i < length; i++) {
    const made = value(groups[i] as number)
    if (made === undefined) {
      validity ??= new Uint8Array((length + 7) >> 3).fill(255)
      setValid(validity, i, false)
    } else data[i] = made
  }
  return plainColumn('float64', length, data, validity)
}

/** Whole numbers, numbers where they are safe. */
export function wholeColumn(type: DataType, length: number, value: (i: number) => number | bigint, known: (i: number) => boolean): Column {
  if (storageOf(type) === 'int32') {
    const data = new Int32Array(length)
    const validity = fill(length, known, i => (data[i] = value(i) as number))
    return plainColumn(type, length, data, validity)
  }
  if (storageOf(type) !== 'int64')
    return columnFromRaw(
      type,
      Array.from({ length }, (_, i) => (known(i) ? BigInt(value(i)) : null)),
    )
  const data = new BigInt64Array(length)
  const halves = new Int32Array(data.buffer)
  const validity = fill(length, known, i => {
    const made = value(i)
    if (typeof made === 'bigint') data[i] = made
    else {
      const high = Math.floor(made / 4_294_967_296)
      halves[2 * i] = made - high * 4_294_967_296
      halves[2 * i + 1] = high
    }
  })
  return plainColumn(type, length, data, validity)
}

function fill(length: number, known: (i: number) => boolean, write: (i: number) => void): Uint8Array | undefined {
  let validity: Uint8Array | undefined
  for (let i = 0; i < length; i++) {
    if (known(i)) write(i)
    else {
      validity ??= new Uint8Array((length + 7) >> 3).fill(255)
      setValid(validity, i, false)
    }
  }
  return validity
}
