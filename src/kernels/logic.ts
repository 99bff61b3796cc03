/** Comparisons and three-valued logic. */
import { type Column, isNullAt, nullCount, setValid, validBit } from '../batch/index.ts'
import { keyOf, meetingOf, rowCompare } from './compare.ts'
import type { Kernel } from './kernel.ts'
import { booleans, doubles, ints, jointValidity, longs, plainColumn, reader, type Vector } from './vector.ts'

export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'

/** NULL where a side is NULL; NaN equals NaN and is greater than all. */
export function comparison(op: Comparison): Kernel {
  return (_, [a, b], rows) => {
    if (a === undefined || b === undefined) return plainColumn('boolean', rows, booleans(rows), new Uint8Array((rows + 7) >> 3))
    return plainColumn('boolean', rows, compareVectors(op, a, b, rows), jointValidity([a, b], rows))
  }
}

function compareVectors(op: Comparison, a: Vector, b: Vector, rows: number): Uint8Array {
  const meeting = meetingOf(a.type, b.type)
  if (meeting === 'double') {
    const limit = b.constant && !a.constant ? doubles(b, 1)[0] : undefined
    if (limit !== undefined && !Number.isNaN(limit)) return compareWithLimit(op, doubles(a, rows), limit, rows)
    return compareDoubles(op, doubles(a, rows), doubles(b, rows), rows)
  }
  if (meeting === 'int') return compareInts(op, ints(a, rows), ints(b, rows), rows)
  if (meeting === 'long') {
    const mixed = a.type !== b.type
    return compareLongs(op, longs(a, rows, mixed), longs(b, rows, mixed), rows)
  }
  const out = booleans(rows)
  if (meeting === 'text' && (op === 'eq' || op === 'ne')) {
    const [x, y] = [reader(a), reader(b)]
    for (let i = 0; i < rows; i++) out[i] = Number((x(i) === y(i)) === (op === 'eq'))
    return out
  }
  const validity = jointValidity([a, b], rows)
  const order = rowCompare(a, b, rows)
  const holds = verdicts[op]
  for (let i = 0; i < rows; i++) if (validBit(validity, i)) out[i] = Number(holds(order(i, i)))
  return out
}

const verdicts: Readonly<Record<Comparison, (order: number) => boolean>> = {
  eq: order => order === 0,
  ne: order => order !== 0,
  lt: order => order < 0,
  lte: order => order <= 0,
  gt: order => order > 0,
  gte: order => order >= 0,
}

// One loop an operator: a loop over a function that is handed in would call it for every row.

/** Against one number, which is not NaN: a NaN is above it. */
function compareWithLimit(op: Comparison, x: Float64Array, limit: number, rows: number): Uint8Array {
  const out = booleans(rows)
  switch (op) {
    case 'eq':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) === limit ? 1 : 0
      break
    case 'ne':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) === limit ? 0 : 1
      break
    case 'lt':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) < limit ? 1 : 0
      break
    case 'lte':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) <= limit ? 1 : 0
      break
    case 'gt':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) <= limit ? 0 : 1
      break
    case 'gte':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) < limit ? 0 : 1
  }
  return out
}

/** NaN equals NaN and is greater than all. */
function compareDoubles(op: Comparison, x: Float64Array, y: Float64Array, rows: number): Uint8Array {
  const out = booleans(rows)
  switch (op) {
    case 'eq':
      for (let i = 0; i < rows; i++) out[i] = isSame(x[i] as number, y[i] as number) ? 1 : 0
      break
    case 'ne':
      for (let i = 0; i < rows; i++) out[i] = isSame(x[i] as number, y[i] as number) ? 0 : 1
      break
    case 'lt':
      for (let i = 0; i < rows; i++) out[i] = isLess(x[i] as number, y[i] as number) ? 1 : 0
      break
    case 'lte':
      for (let i = 0; i < rows; i++) out[i] = isLess(y[i] as number, x[i] as number) ? 0 : 1
      break
    case 'gt':
      for (let i = 0; i < rows; i++) out[i] = isLess(y[i] as number, x[i] as number) ? 1 : 0
      break
    case 'gte':
      for (let i = 0; i < rows; i++) out[i] = isLess(x[i] as number, y[i] as number) ? 0 : 1
  }
  return out
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}
function isLess(a: number, b: number): boolean {
  return a < b || (Number.isNaN(b) && !Number.isNaN(a))
}

function compareInts(op: Comparison, x: ArrayLike<number>, y: ArrayLike<number>, rows: number): Uint8Array {
  const out = booleans(rows)
  const holds = verdicts[op]
  for (let i = 0; i < rows; i++) out[i] = Number(holds((x[i] as number) - (y[i] as number)))
  return out
}

function compareLongs(op: Comparison, x: BigInt64Array, y: BigInt64Array, rows: number): Uint8Array {
  const out = booleans(rows)
  const flip = op === 'ne' || op === 'gte' || op === 'lte' ? 1 : 0
  if (op === 'eq' || op === 'ne') for (let i = 0; i < rows; i++) out[i] = Number((x[i] as bigint) === (y[i] as bigint)) ^ flip
  else if (op === 'lt' || op === 'gte') for (let i = 0; i < rows; i++) out[i] = Number((x[i] as bigint) < (y[i] as bigint)) ^ flip
  else for (let i = 0; i < rows; i++) out[i] = Number((x[i] as bigint) > (y[i] as bigint)) ^ flip
  return out
}

/** Both limits included. */
export const between: Kernel = (node, [value, low, high], rows) => {
  if (value === undefined || low === undefined || high === undefined) return comparison('gte')(node, [], rows)
  const above = comparison('gte')(node, [value, low], rows)
  const below = comparison('lte')(node, [value, high], rows)
  return kleene(0, [above, below], rows)
}

/** False (`and`: 0) or true (`or`: 1) decides alone; else one NULL makes NULL. */
export function kleene(decisive: 0 | 1, columns: readonly Column[], rows: number): Column {
  const data = booleans(rows).fill(1 - decisive)
  const validity = new Uint8Array((rows + 7) >> 3).fill(255)
  let nulls = 0
  const known = columns.every(column => column.validity === undefined && column.type !== 'null')
  for (const column of columns) {
    if (column.type === 'null') continue
    for (let i = 0; i < rows; i++) if (column.data[i] === decisive && validBit(column.validity, i)) data[i] = decisive
  }
  if (known) return plainColumn('boolean', rows, data, undefined)
  for (let i = 0; i < rows; i++) {
    if (data[i] === decisive || !columns.some(column => isNullAt(column, i))) continue
    setValid(validity, i, false)
    nulls++
  }
  return plainColumn('boolean', rows, data, nulls === 0 ? undefined : validity)
}

export const not: Kernel = (_, args, rows) => {
  const [a] = args
  const data = booleans(rows)
  if (a !== undefined && a.type !== 'null') {
    const values = ints(a, rows)
    for (let i = 0; i < rows; i++) data[i] = 1 - (values[i] as number)
  }
  return plainColumn('boolean', rows, data, jointValidity(args, rows))
}

export function nullTest(wanted: boolean): Kernel {
  return (_, [a], rows) => {
    const data = booleans(rows)
    if (a === undefined) return plainColumn('boolean', rows, data, undefined)
    if (!a.constant && nullCount(a.column) === 0) return plainColumn('boolean', rows, data.fill(wanted ? 0 : 1), undefined)
    for (let i = 0; i < rows; i++) data[i] = Number(isNullAt(a.column, a.constant ? 0 : i) === wanted)
    return plainColumn('boolean', rows, data, undefined)
  }
}

/** True when one of the values is equal; NULL when none is and one of them, or the value itself, is NULL. */
export const isIn: Kernel = (_, [value, ...options], rows) => {
  const data = booleans(rows)
  const validity = new Uint8Array((rows + 7) >> 3).fill(255)
  if (value === undefined) return plainColumn('boolean', rows, data, undefined)
  const read = reader(value)
  const alike = options.every(
    option => option.constant && (option.type === value.type || option.type === 'null' || meetingOf(value.type, option.type) === 'text'),
  )
  let nulls = 0
  if (alike) {
    const wanted = new Set(options.map(option => keyOf(reader(option)(0), value.type)))
    const unsure = wanted.delete(null)
    for (let i = 0; i < rows; i++) {
      const own = read(i)
      if (own !== null && wanted.has(keyOf(own, value.type))) data[i] = 1
      else if (own === null || unsure) {
        setValid(validity, i, false)
        nulls++
      }
    }
    return plainColumn('boolean', rows, data, nulls === 0 ? undefined : validity)
  }
  const equal = options.map(option => {
    const column = comparison('eq')({ op: 'eq', args: [], type: 'boolean', nullable: true }, [value, option], rows)
    return column
  })
  return equal.length === 0 ? plainColumn('boolean', rows, data, jointValidity([value], rows)) : kleene(1, equal, rows)
}
