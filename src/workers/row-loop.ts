/** The loop of `map` over the rows of a batch, written out for one function and its columns, so that V8 makes no objects it need not make. */
import { type DataType, type Schema, storageOf } from '../schema/index.ts'

/**
 * What `rowLoop` makes: calls the function for the rows `from` to `to`, each an object of its own, and puts what it gave behind the rows of `out`.
 *
 * @returns the row at which it stopped, as something about it is out of the ordinary: `out.value` is what the function gave, or with `out.threw` what it threw. `to` when all is done.
 */
export type RowLoop = (call: Function, given: unknown, columns: readonly LoopColumn[], out: LoopOut, from: number, to: number) => number

/** A column as the loop reads it: an array with a bitmap of NULLs, or values as rows hold them, NULL among them. */
export interface LoopColumn {
  readonly values: ArrayLike<unknown>
  readonly validity: Uint8Array | undefined
}

/** Where the loop writes: one array a column (see `outKind`), rows so far, and why it stopped. */
export interface LoopOut {
  readonly arrays: readonly unknown[]
  /** Writes down that a value of a column is NULL. */
  unset(column: number, row: number): void
  /** What a column of a type without a kind of its own keeps for a value; undefined where it does not fit. */
  physical(column: number, value: unknown): unknown
  rows: number
  threw: boolean
  value: unknown
}

/** How a column is read: straight from its numbers, its booleans, or from values that were decoded before. */
export type InKind = 'number' | 'boolean' | 'values'
/** How a value is written: into an array of numbers (whole numbers of some width, halves of 64 bits, doubles), of booleans, of texts, or of physical values. */
export type OutKind = 'int' | 'int64' | 'double' | 'boolean' | 'text' | 'physical'

export function inKind(type: DataType): InKind {
  const storage = storageOf(type)
  return storage === 'boolean' ? 'boolean' : storage === 'float64' || (storage === 'int32' && type !== 'date') ? 'number' : 'values'
}

export function outKind(type: DataType): OutKind {
  switch (type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
      return 'int'
    case 'int64':
      return 'int64'
    case 'float64':
      return 'double'
    case 'boolean':
      return 'boolean'
    case 'string':
      return 'text'
    default:
      return 'physical'
  }
}

/** More columns make a loop that V8 does not compile, and this name a prototype. */
const mostColumns = 100
const refused = '__proto__'

/** True when a loop can be written for these columns; others go the way of `rowsOf` and `batchFromRows`, which means the same. */
export function canLoop(input: Schema, output: Schema): boolean {
  return [input, output].every(fields => fields.length <= mostColumns && fields.every(({ name }) => name !== refused))
}

/**
 * The text of a module that exports `loop`, a `RowLoop`. Names of columns stand in it as JSON, types decide which of a few lines are taken: nothing else of the plan is in it.
 *
 * @param learnt the columns were learnt from the first rows: a row with another one stops the loop
 * @param mark what sets this module apart from one for another function: each has a loop of its own, which V8 compiles for it
 */
export function rowLoop(input: Schema, output: Schema, learnt: boolean, mark: string): string {
  const columns = input.map((_, k) => `const { values: a${k}, validity: v${k} } = columns[${k}]`)
  const arrays = output.map((_, k) => `const o${k} = out.arrays[${k}]`)
  const row = input.map(({ name, type }, k) => `${JSON.stringify(name)}: ${readText(inKind(type), k)}`)
  const given = output.map(({ name }, k) => `const x${k} = r[${JSON.stringify(name)}]`)
  const count = learnt
    ? ['let names = 0', 'for (const _ in r) names++', `if (names !== ${output.length}) { stop(out, n, r); return i }`]
    : []
  const checks = output.map(({ type, nullable }, k) => checkText(type, nullable, learnt, k))
  const physical = output.flatMap(({ type }, k) => (outKind(type) === 'physical' ? [`const p${k} = out.physical(${k}, x${k})`] : []))
  const writes = output.map(({ type, nullable }, k) => writeText(outKind(type), nullable, k))
  return `/* ${mark.replace(/[^\w]/g, '')} */
const isArray = Array.isArray
function stop(out, n, value) {
  out.rows = n
  out.value = value
}
export function loop(call, given, columns, out, from, to) {
  ${[...columns, ...arrays].join('\n  ')}
  let n = out.rows
  let i = from
  out.threw = false
  try {
    for (; i < to; i++) {
      const r = call({ ${row.join(', ')} }, given)
      if (typeof r !== 'object' || r === null || isArray(r) || typeof r.then === 'function') { stop(out, n, r); return i }
      ${[...count, ...given, ...physical].join('\n      ')}
      if (!(${['true', ...checks].join(' && ')})) { stop(out, n, r); return i }
      ${writes.join('\n      ')}
      n++
    }
  } catch (error) {
    out.threw = true
    stop(out, n, error)
    return i
  }
  out.rows = n
  return i
}
`
}

function readText(kind: InKind, k: number): string {
  if (kind === 'values') return `a${k}[i]`
  const value = kind === 'boolean' ? `a${k}[i] === 1` : `a${k}[i]`
  return `v${k} === undefined || (v${k}[i >> 3] >> (i & 7)) & 1 ? ${value} : null`
}

function checkText(type: DataType, nullable: boolean, learnt: boolean, k: number): string {
  const missing = nullable ? (learnt ? `x${k} === null || ` : `x${k} === null || x${k} === undefined || `) : ''
  return `(${missing}${fitText(type, k)})`
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  uint8: [0, 255],
  uint16: [0, 65_535],
}

function fitText(type: DataType, k: number): string {
  switch (outKind(type)) {
    case 'int': {
      const range = typeof type === 'string' ? ranges[type] : undefined
      const within = range === undefined ? '' : ` && x${k} >= ${range[0]} && x${k} <= ${range[1]}`
      return `typeof x${k} === 'number' && x${k} === (x${k} | 0)${within}`
    }
    case 'int64':
      return `Number.isSafeInteger(x${k})`
    case 'double':
      return `typeof x${k} === 'number'`
    case 'boolean':
      return `typeof x${k} === 'boolean'`
    case 'text':
      return `typeof x${k} === 'string'`
    case 'physical':
      return `p${k} !== undefined && p${k} !== null`
  }
}

function writeText(kind: OutKind, nullable: boolean, k: number): string {
  const writes: Readonly<Record<OutKind, string>> = {
    int: `o${k}[n] = x${k}`,
    // Stores cut to 32 bits.
    int64: `{ o${k}[2 * n] = x${k}; o${k}[2 * n + 1] = Math.floor(x${k} / 4294967296) }`,
    double: `o${k}[n] = x${k}`,
    boolean: `o${k}[n] = x${k} ? 1 : 0`,
    text: `o${k}[n] = x${k}`,
    physical: `o${k}[n] = p${k}`,
  }
  return nullable ? `if (x${k} === null || x${k} === undefined) out.unset(${k}, n); else ${writes[kind]}` : writes[kind]
}
