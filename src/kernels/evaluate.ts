/** Expressions as vectorised functions over batches. */
import { type Batch, type Column, concatColumns, isNullAt, makeBatch, takeColumn, takeRows } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type CallNode, type ExprNode, literalValue, type ScalarName } from '../expr/index.ts'
import { type DataType, type Field, sameType, type Schema } from '../schema/index.ts'
import { arithmetic, clip, div, isNan, ofDoubles, overflow, power, signed } from './arithmetic.ts'
import { bytes } from './bytes.ts'
import { cast, convertVector, textOf, tryCast } from './cast.ts'
import { type Kernel, nullVector, runKernel } from './kernel.ts'
import { lists } from './lists.ts'
import { math } from './math.ts'
import { between, comparison, isIn, kleene, not, nullTest } from './logic.ts'
import { round, toward } from './rounding.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'
import { columnVector, constantVector, toColumn, type Vector } from './vector.ts'

/** Functions that see whole vectors; `case`, `coalesce`, `listMap` and `listFilter` look at expressions and stand below. */
const kernels: Readonly<Record<Exclude<ScalarName, 'case' | 'coalesce' | 'listMap' | 'listFilter' | 'sql'>, Kernel>> = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  mod: arithmetic('mod'),
  div,
  pow: ofDoubles(power),
  neg: signed('neg'),
  abs: signed('abs'),
  round,
  floor: toward('floor'),
  ceil: toward('ceil'),
  sqrt: ofDoubles(Math.sqrt),
  ln: ofDoubles(Math.log),
  log: (node, args, rows) => ofDoubles(logarithm(node.options?.base))(node, args, rows),
  exp: ofDoubles(Math.exp),
  clip,
  eq: comparison('eq'),
  ne: comparison('ne'),
  lt: comparison('lt'),
  lte: comparison('lte'),
  gt: comparison('gt'),
  gte: comparison('gte'),
  between,
  in: isIn,
  isNull: nullTest(true),
  isNotNull: nullTest(false),
  isNan,
  cast,
  tryCast,
  and: (_, args, rows) =>
    kleene(
      0,
      args.map(arg => toColumn(arg, rows)),
      rows,
    ),
  or: (_, args, rows) =>
    kleene(
      1,
      args.map(arg => toColumn(arg, rows)),
      rows,
    ),
  not,
  ...math,
  ...texts,
  ...bytes,
  ...times,
  ...lists,
}

function logarithm(base: number | undefined): (x: number) => number {
  if (base === undefined) return Math.log
  if (base === 10) return Math.log10
  if (base === 2) return Math.log2
  const divisor = Math.log(base)
  return x => Math.log(x) / divisor
}

/** Every scalar function the kernels know. */
export const scalarKernels: readonly ScalarName[] = [...(Object.keys(kernels) as ScalarName[]), 'case', 'coalesce', 'listMap', 'listFilter']

/** By node: nodes may be shared between expressions. */
type Memo = Map<ExprNode, Vector>

/**
 * The values of an expression for every row of a batch. Float arithmetic is plain IEEE in the order of the tree.
 *
 * @example
 * evaluate(callNode('add', [columnNode(price), literalNode(1)]), batch)
 * @throws expr.unknown-column, expr.overflow, expr.division-by-zero, expr.cast
 * @throws expr.kind for aggregates and windows, which look at other rows
 */
export function evaluate(node: ExprNode, batch: Batch): Column {
  return toColumn(new Evaluation(batch).value(node), batch.rows)
}

/** The values of several expressions; what they share is computed once. */
export function evaluateAll(nodes: readonly ExprNode[], batch: Batch): Column[] {
  const evaluation = new Evaluation(batch)
  return nodes.map(node => toColumn(evaluation.value(node), batch.rows))
}

/** What was computed of a batch, or of some rows of it, whose columns are taken when they are first asked for. */
class Evaluation {
  readonly #batch: Batch
  readonly #indices: Int32Array | undefined
  readonly #rows: number
  readonly #memo: Memo = new Map()

  constructor(batch: Batch, indices?: Int32Array) {
    this.#batch = batch
    this.#indices = indices
    this.#rows = indices?.length ?? batch.rows
  }

  value(node: ExprNode): Vector {
    const known = this.#memo.get(node)
    if (known !== undefined) return known
    const made = this.#compute(node)
    this.#memo.set(node, made)
    return made
  }

  #compute(node: ExprNode): Vector {
    if (node.op === 'column') return columnVector(this.#taken(columnNamed(this.#batch, node.name)))
    if (node.op === 'literal') return constantVector(node.type, literalValue(node))
    if (node.op === 'case') return this.#case(node)
    if (node.op === 'coalesce') return this.#coalesce(node)
    if (node.op === 'listMap' || node.op === 'listFilter') return this.#ofItems(node)
    const kernel = (kernels as Readonly<Record<string, Kernel | undefined>>)[node.op]
    if (kernel === undefined)
      throw new TidemillError('expr.kind', `no value per row: ${node.op} looks at other rows`, { details: { function: node.op } })
    const args = node.args.map(arg => this.value(arg))
    if (args.some(arg => arg.type === 'null') && nullWhenNull(node)) return nullVector(node)
    return runKernel(kernel, node, args, this.#rows)
  }

  #taken(column: Column): Column {
    return this.#indices === undefined ? column : takeColumn(column, this.#indices)
  }

  /** Some of these rows, by their place among them. */
  #some(places: Int32Array): Evaluation {
    if (places.length === this.#rows) return this
    const indices = this.#indices
    return new Evaluation(this.#batch, indices === undefined ? places : places.map(place => indices[place] as number))
  }

  /** Each branch sees only the rows that come to it, so that `when(x.ne(0), y.mod(x))` guards. */
  #case(node: CallNode): Vector {
    const rows = this.#rows
    const origin = new Int32Array(rows).fill(-1)
    const pieces: Column[] = []
    let open = upTo(rows)
    let filled = 0
    const give = (branch: ExprNode, indices: Int32Array): void => {
      if (indices.length === 0) return
      const vector = this.#some(indices).value(branch)
      pieces.push(widen(vector, node.type, indices.length))
      for (let i = 0; i < indices.length; i++) origin[indices[i] as number] = filled++
    }
    for (let at = 0; at + 1 < node.args.length; at += 2) {
      const [condition, branch] = [node.args[at], node.args[at + 1]]
      if (condition === undefined || branch === undefined || open.length === 0) break
      const truth = toColumn(this.#some(open).value(condition), open.length)
      const yes = new Int32Array(open.length)
      const no = new Int32Array(open.length)
      let held = 0
      for (let i = 0; i < open.length; i++) {
        const row = open[i] as number
        if (truth.data[i] === 1 && !isNullAt(truth, i)) yes[held++] = row
        else no[i - held] = row
      }
      give(branch, yes.subarray(0, held))
      open = no.subarray(0, open.length - held)
    }
    const otherwise = node.args.length % 2 === 1 ? node.args.at(-1) : undefined
    if (otherwise !== undefined) give(otherwise, open)
    return columnVector(gather(node.type, pieces, origin))
  }

  #coalesce(node: CallNode): Vector {
    const rows = this.#rows
    const origin = new Int32Array(rows).fill(-1)
    const pieces: Column[] = []
    let open = upTo(rows)
    let filled = 0
    for (const branch of node.args) {
      if (open.length === 0) break
      const vector = this.#some(open).value(branch)
      if (vector.type === 'null') continue
      const column = widen(vector, node.type, open.length)
      const left: number[] = []
      for (let i = 0; i < open.length; i++) {
        if (isNullAt(column, i)) left.push(open[i] as number)
        else origin[open[i] as number] = filled + i
      }
      pieces.push(column)
      filled += open.length
      if (left.length === 0 && pieces.length === 1) return columnVector(column)
      open = Int32Array.from(left)
    }
    return columnVector(gather(node.type, pieces, origin))
  }

  /** The body sees the item under its name, and the row's own columns. `listMap` keeps what it gives, `listFilter` the items for which it is true. */
  #ofItems(node: CallNode): Vector {
    const [source, body] = node.args
    const item = node.options?.item
    if (source === undefined || body === undefined || item === undefined)
      throw new TidemillError('expr.argument', 'listMap needs a list, a body and the name of the item')
    const list = toColumn(this.value(source), this.#rows)
    const offsets = list.offsets ?? new Int32Array(list.length + 1)
    const child = list.children?.[0]
    const used: number[] = []
    const parent: number[] = []
    const ends = new Int32Array(list.length + 1)
    for (let i = 0; i < list.length; i++) {
      if (!isNullAt(list, i))
        for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++) {
          used.push(at)
          parent.push(this.#indices?.[i] ?? i)
        }
      ends[i + 1] = used.length
    }
    const items = child === undefined ? constantVector('null', null).column : takeColumn(child, Int32Array.from(used))
    const rows = takeRows(this.#batch, Int32Array.from(parent))
    const field: Field = { name: item, type: items.type, nullable: true }
    const outer = rows.fields.map((known, at) => ({ known, column: rows.columns[at] as Column })).filter(({ known }) => known.name !== item)
    const inner = makeBatch([...outer.map(({ known }) => known), field], [...outer.map(({ column }) => column), items], used.length)
    const mapped = evaluate(body, inner)
    if (node.op === 'listFilter') return columnVector(keptItems(list, ends, items, mapped))
    const type: DataType = { list: mapped.type }
    return columnVector({
      type,
      length: list.length,
      data: new Uint8Array(0),
      offsets: ends,
      children: [mapped],
      ...(list.validity === undefined ? {} : { validity: list.validity }),
    })
  }
}

/** The list with the items for which the condition is true. */
function keptItems(list: Column, ends: Int32Array, items: Column, condition: Column): Column {
  const kept: number[] = []
  const offsets = new Int32Array(ends.length)
  for (let row = 0, at = 0; row + 1 < ends.length; row++) {
    for (; at < (ends[row + 1] as number); at++) if (condition.data[at] === 1 && !isNullAt(condition, at)) kept.push(at)
    offsets[row + 1] = kept.length
  }
  const children = [takeColumn(items, Int32Array.from(kept))]
  const made = { type: list.type, length: list.length, data: new Uint8Array(0), offsets, children }
  return list.validity === undefined ? made : { ...made, validity: list.validity }
}

/** Functions for which a NULL operand, whatever its type, makes NULL. */
function nullWhenNull({ op }: CallNode): boolean {
  return !(
    op === 'and' ||
    op === 'or' ||
    op === 'in' ||
    op === 'between' ||
    op === 'isNull' ||
    op === 'isNotNull' ||
    op === 'cast' ||
    op === 'tryCast' ||
    op === 'greatest' ||
    op === 'least' ||
    op === 'listOf' ||
    op === 'listAppend' ||
    op === 'struct'
  )
}

/** A branch in the type of the whole; the types were checked when the expression was built. */
function widen(vector: Vector, to: DataType, rows: number): Column {
  if (sameType(vector.type, to)) return toColumn(vector, rows)
  // Of decimals only: the common type of two keeps their digits after the point, which may leave too few before it.
  return convertVector(vector, to, rows, value => {
    throw overflow('convert', textOf(value, vector.type), undefined, to)
  })
}

/** Rows out of several columns that were put one behind the other; -1 is NULL. */
function gather(type: DataType, pieces: readonly Column[], origin: Int32Array): Column {
  const [only] = pieces
  if (only === undefined) return toColumn(constantVector(type, null), origin.length)
  if (pieces.length === 1) return isIdentity(origin, only.length) ? only : takeColumn(only, origin)
  return takeColumn(concatColumns(type, pieces), origin)
}

function upTo(rows: number): Int32Array {
  const places = new Int32Array(rows)
  for (let i = 0; i < rows; i++) places[i] = i
  return places
}

function isIdentity(origin: Int32Array, length: number): boolean {
  return origin.length === length && origin.every((from, i) => from === i)
}

function columnNamed(batch: Batch, name: string): Column {
  const column = batch.columns[batch.fields.findIndex(field => field.name === name)]
  if (column !== undefined) return column
  throw new TidemillError('expr.unknown-column', `unknown column: ${name} (have ${namesOf(batch.fields)})`, { details: { column: name } })
}

function namesOf(fields: Schema): string {
  return fields.map(field => field.name).join(', ')
}
