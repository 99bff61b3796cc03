import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type Coded, columnOf, type Columns, type Kind, type Label, type Lists, labelType, type Stored } from './kind.ts'
import { labelsIn, numberIn, tensorOf, textsIn, vectorIn } from './restore.ts'

/**
 * Scores `intercept + x0 * coef0 + x1 * coef1 + ...`, summed from the left: of two classes one score, whose logistic function is the
 * probability of the second; of more one each, whose softmax are their probabilities.
 */
export interface LogisticState {
  readonly features: readonly string[]
  readonly classes: readonly Label[]
  /**
   * The numbers of the classes it has learnt from, in order: one row of scores for two, one each for more. The others have probability
   * 0.
   */
  readonly seen: readonly number[]
  /** For each row of scores a number a feature. */
  readonly coef: readonly (readonly number[])[]
  readonly intercept: readonly number[]
  readonly iterations: number
  readonly converged: boolean
}

/** More products than these in one expression are left to `predict`. */
const mostProducts = 2_000
/** Sums nest as deep as there are features, and engines bound the depth of an expression. */
const mostFeatures = 400

/** Labels by weighted sums of the features. A tie goes to the class that comes first. */
export const logisticRegressionKind: Kind<LogisticState> = Object.freeze({
  kind: 'logisticRegression',
  role: () => 'classifier',
  inputs: state => state.features,
  outputs: state => [
    { name: 'prediction', type: labelType(state.classes) },
    { name: 'probabilities', type: { list: 'float64' } },
  ],
  classes: state => state.classes,
  predict(state: LogisticState, columns: Columns, rows: number): Columns {
    const scores = state.coef.map((_, row) => scoresOf(state, row, columns, rows))
    const width = state.classes.length
    const items = new Float64Array(rows * width)
    const codes = new Int32Array(rows)
    if (scores.length === 1) twoClasses(state, scores[0] as Float64Array, codes, items)
    else manyClasses(state, scores, codes, items)
    return new Map<string, Coded | Lists>([
      ['prediction', { codes, values: state.classes }],
      ['probabilities', { items, width }],
    ])
  },
  express(state: LogisticState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> | undefined {
    const { seen, features } = state
    const copies = seen.length === 2 ? 3 : seen.length ** 2 + 1
    if (copies * features.length > mostProducts || features.length > mostFeatures) return undefined
    const scores = state.coef.map((_, row) => scoreNode(state, row, column))
    return new Map([['prediction', seen.length === 2 ? expressTwo(state, scores[0] as ExprNode) : expressMany(state, scores)]])
  },
  store: state => ({
    json: { features: state.features, classes: state.classes, seen: state.seen, iterations: state.iterations, converged: state.converged },
    tensors: {
      coef: { shape: [state.coef.length, state.features.length], values: Float64Array.from(state.coef.flat()) },
      intercept: tensorOf(state.intercept),
    },
  }),
  restore: restoreLogistic,
} satisfies Kind<LogisticState>)

function scoresOf(state: LogisticState, row: number, columns: Columns, rows: number): Float64Array {
  const sum = new Float64Array(rows).fill(state.intercept[row] as number)
  for (const [index, name] of state.features.entries()) {
    const x = columnOf(columns, name)
    const coef = state.coef[row]?.[index] as number
    for (let at = 0; at < rows; at++) sum[at] = (sum[at] as number) + (x[at] as number) * coef
  }
  return sum
}

function twoClasses({ seen, classes }: LogisticState, scores: Float64Array, codes: Int32Array, items: Float64Array): void {
  const [first, second] = seen as readonly [number, number]
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number
    const at = row * classes.length
    if (Number.isNaN(score)) {
      codes[row] = -1
      items.fill(Number.NaN, at, at + classes.length)
      continue
    }
    const small = Math.exp(-Math.abs(score))
    const less = small / (1 + small)
    const more = 1 / (1 + small)
    items[at + first] = score > 0 ? less : more
    items[at + second] = score > 0 ? more : less
    codes[row] = score > 0 ? second : first
  }
}

function manyClasses({ seen, classes }: LogisticState, scores: readonly Float64Array[], codes: Int32Array, items: Float64Array): void {
  for (let row = 0; row < codes.length; row++) {
    const at = row * classes.length
    let best = 0
    let known = true
    for (const [k, one] of scores.entries()) {
      const score = one[row] as number
      if (Number.isNaN(score)) known = false
      if (score > (scores[best]?.[row] as number)) best = k
    }
    if (!known) {
      codes[row] = -1
      items.fill(Number.NaN, at, at + classes.length)
      continue
    }
    codes[row] = seen[best] as number
    const most = scores[best]?.[row] as number
    let sum = 0
    for (const [k, one] of scores.entries()) {
      // Equal scores share, also where they are infinite.
      const part = one[row] === most ? 1 : Math.exp((one[row] as number) - most)
      items[at + (seen[k] as number)] = part
      sum += part
    }
    for (const number of seen) items[at + number] = (items[at + number] as number) / sum
  }
}

function scoreNode(state: LogisticState, row: number, column: (name: string) => ExprNode): ExprNode {
  let sum: ExprNode = literalNode(state.intercept[row] as number, 'float64')
  for (const [index, name] of state.features.entries())
    sum = callNode('add', [sum, callNode('mul', [column(name), literalNode(state.coef[row]?.[index] as number, 'float64')])])
  return sum
}

/** A NaN is above all numbers in an expression, so it is asked for first; of a NULL score no condition is true. */
function expressTwo(state: LogisticState, score: ExprNode): ExprNode {
  const type = labelType(state.classes)
  const [first, second] = state.seen.map(number => literalNode(state.classes[number], type)) as [ExprNode, ExprNode]
  const zero = literalNode(0, 'float64')
  return callNode('case', [
    callNode('isNan', [score]),
    literalNode(null, type),
    callNode('lte', [score, zero]),
    first,
    callNode('gt', [score, zero]),
    second,
    literalNode(null, type),
  ])
}

/** A class is the one when no later class scores more and none before it was the one. */
function expressMany(state: LogisticState, scores: readonly ExprNode[]): ExprNode {
  const type = labelType(state.classes)
  const nans = scores.map(score => callNode('isNan', [score]))
  const branches: ExprNode[] = [callNode('or', nans), literalNode(null, type)]
  for (const [k, score] of scores.entries()) {
    const later = scores.slice(k + 1).map(other => callNode('gte', [score, other]))
    const last = later[0] ?? callNode('isNotNull', [score])
    branches.push(later.length > 1 ? callNode('and', later) : last, literalNode(state.classes[state.seen[k] as number], type))
  }
  return callNode('case', [...branches, literalNode(null, type)])
}

function restoreLogistic(stored: Stored): LogisticState {
  const features = textsIn(stored, 'features')
  const classes = labelsIn(stored, 'classes')
  const seen = seenIn(stored, classes.length)
  const rows = seen.length === 2 ? 1 : seen.length
  const tensor = Object.hasOwn(stored.tensors, 'coef') ? stored.tensors['coef'] : undefined
  if (tensor === undefined) throw new Error('no tensor coef')
  const shape = tensor.shape.join('x')
  if (shape !== `${rows}x${features.length}`) throw new Error(`tensor coef has shape ${shape}, not ${rows}x${features.length}`)
  const flat = vectorIn({ ...stored, tensors: { coef: { ...tensor, shape: [tensor.values.length] } } }, 'coef', rows * features.length)
  const { converged } = stored.json
  if (typeof converged !== 'boolean') throw new Error('converged is not true or false')
  return Object.freeze({
    features,
    classes,
    seen,
    coef: Object.freeze(
      Array.from({ length: rows }, (_, row) => Object.freeze(flat.slice(row * features.length, (row + 1) * features.length))),
    ),
    intercept: vectorIn(stored, 'intercept', rows),
    iterations: numberIn(stored, 'iterations'),
    converged,
  })
}

function seenIn(stored: Stored, classes: number): readonly number[] {
  const { seen } = stored.json
  const rising = (number: unknown, i: number, all: readonly unknown[]): boolean =>
    Number.isSafeInteger(number) && (number as number) > (i === 0 ? -1 : (all[i - 1] as number)) && (number as number) < classes
  if (!Array.isArray(seen) || seen.length < 2 || !seen.every(rising))
    throw new Error('seen is not a rising list of two or more class numbers')
  return Object.freeze([...(seen as number[])])
}
