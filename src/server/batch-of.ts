import { type Batch, type Column, columnFrom, makeBatch } from '../batch/index.ts'
import { didYouMean, TidemillError, whatIs } from '../errors/index.ts'
import { familyOf, type Field, isInteger, printType, type Schema } from '../schema/index.ts'
import { type Datatype, datatypeOf, isNumeric, type NumericDatatype, rangeOf } from './datatype.ts'
import { type InferRequest, type InputTensor, joined, printShape } from './parse-infer.ts'

/** One feature's values in a tensor: the first, and how far the next is. */
interface Part {
  readonly tensor: InputTensor
  readonly from: number
  readonly step: number
  readonly rows: number
}

/**
 * The rows of a request as the columns a model needs: a tensor a column, shape [n] or [n, 1]; or, where all features are numbers, one tensor of shape
 * [n, features] in the model's order. NULL is taken where the model learnt from NULLs.
 *
 * @throws server.tensor naming every input that does not fit, what was due and what came; `details.status` is 413 for more rows than the limit
 */
export function batchOf(request: InferRequest, needs: Schema, mostRows: number): Batch {
  const parts = isMatrix(request, needs) ? matrixParts(request, needs) : columnParts(request, needs)
  const rows = parts[0]?.rows ?? 0
  if (rows > mostRows)
    throw new TidemillError('server.tensor', `too many rows: ${rows} (at most ${mostRows} a request)`, { details: { status: 413 } })
  const problems: string[] = []
  const columns: Column[] = []
  for (const [index, field] of needs.entries()) {
    const column = columnIn(parts[index] as Part, field)
    if (typeof column === 'string') problems.push(column)
    else columns.push(column)
  }
  if (problems.length > 0) throw wrong(joined(problems))
  return makeBatch(
    needs.map((field, i) => ({ ...field, type: columns[i]?.type ?? field.type })),
    columns,
    rows,
  )
}

/** One tensor with a row of all features, unless it is the column of one. */
function isMatrix({ inputs, table }: InferRequest, needs: Schema): boolean {
  const [only] = inputs
  if (table || inputs.length !== 1 || only?.shape.length !== 2) return false
  return !needs.some(field => field.name === only.name) || (needs.length > 1 && only.shape[1] === needs.length)
}

function matrixParts({ inputs }: InferRequest, needs: Schema): readonly Part[] {
  const tensor = inputs[0] as InputTensor
  const [rows = 0, width = 0] = tensor.shape
  const names = needs.map(field => field.name)
  const others = needs.filter(field => familyOf(field.type) !== 'number')
  if (others.length > 0)
    throw wrong(
      `input ${tensor.name}: one tensor for all features wants numbers only, and these are not: ${others.map(printNeed).join(', ')}`,
    )
  if (width !== needs.length || !isNumeric(tensor.datatype))
    throw wrong(
      `input ${tensor.name}: ${tensor.datatype} of shape ${printShape(tensor.shape)} does not fit (want FP64 [-1, ${needs.length}]: ${shortened(names)}; or one input for each)`,
    )
  return needs.map((_, from) => ({ tensor, from, step: width, rows }))
}

function columnParts({ inputs }: InferRequest, needs: Schema): readonly Part[] {
  const names = needs.map(field => field.name)
  const fields = new Map(needs.map(field => [field.name, field]))
  const problems: string[] = []
  const given = new Map(inputs.map(tensor => [tensor.name, tensor]))
  const unknown = [...given.keys()].filter(name => !fields.has(name))
  if (unknown.length > 0) problems.push(`unknown input: ${shortened(unknown)} (have ${shortened(names)})`)
  const missing = needs.filter(field => !given.has(field.name))
  if (missing.length > 0) problems.push(`missing input: ${shortened(missing.map(printNeed))}`)
  const first = inputs.find(tensor => fields.has(tensor.name))
  const rows = first?.shape[0] ?? 0
  for (const tensor of inputs) {
    const field = fields.get(tensor.name)
    if (field === undefined) continue
    const due = `want ${datatypeOf(field)} [-1]`
    if (tensor.shape.length > 2 || (tensor.shape.length === 2 && tensor.shape[1] !== 1))
      problems.push(`input ${tensor.name}: shape ${printShape(tensor.shape)} does not fit (${due})`)
    else if (tensor.shape[0] !== rows) problems.push(`input ${tensor.name}: ${tensor.shape[0]} rows, but ${first?.name} has ${rows}`)
  }
  if (problems.length > 0) {
    const hint = unknown.length === 0 ? undefined : didYouMean(unknown.slice(0, 5), names)
    throw wrong(joined(problems), hint)
  }
  return names.map(name => ({ tensor: given.get(name) as InputTensor, from: 0, step: 1, rows }))
}

/** The column, or what is wrong with it. */
function columnIn(part: Part, field: Field): Column | string {
  const { datatype, name } = part.tensor
  if (!fits(datatype, field)) return `input ${name}: ${datatype} does not fit ${field.name} (want ${datatypeOf(field)})`
  const range = isNumeric(datatype) ? rangeOf(datatype) : undefined
  const values: unknown[] = []
  let whole = true
  for (let row = 0; row < part.rows; row++) {
    const value = part.tensor.data[part.from + row * part.step]
    if (value === null) {
      if (!field.nullable) return `input ${name}: row ${row + 1} of ${field.name} is null, and the model has learnt from no row without it`
      values.push(null)
      continue
    }
    if (typeof value !== javascriptType(datatype))
      return `input ${name}: row ${row + 1} of ${field.name} is ${whatIs(value)}, not ${datatype}`
    if (isNumeric(datatype)) {
      const number = asSent(value as number, datatype)
      if (!Number.isFinite(number) || (range !== undefined && !(Number.isInteger(number) && number >= range[0] && number <= range[1])))
        return `input ${name}: row ${row + 1} of ${field.name} is ${whatIs(value)}, not ${datatype}`
      whole &&= Number.isSafeInteger(number)
      values.push(number)
    } else values.push(value)
  }
  if (datatype === 'BYTES') return columnFrom('string', values)
  if (datatype === 'BOOL') return columnFrom('boolean', values)
  // A number between two whole ones is a question a model of whole numbers can be asked, as it can be in a table.
  return columnFrom(isInteger(field.type) && whole ? 'int64' : 'float64', values)
}

/** FP32 means the nearest number of 32 bits. */
function asSent(value: number, datatype: NumericDatatype): number {
  return datatype === 'FP32' ? Math.fround(value) : value
}

function fits(datatype: Datatype, { type }: Field): boolean {
  switch (familyOf(type)) {
    case 'number':
      return isNumeric(datatype)
    case 'boolean':
      return datatype === 'BOOL'
    case 'text':
      return datatype === 'BYTES'
    default:
      return false
  }
}

function javascriptType(datatype: Datatype): 'number' | 'boolean' | 'string' {
  if (isNumeric(datatype)) return 'number'
  return datatype === 'BOOL' ? 'boolean' : 'string'
}

function printNeed(field: Field): string {
  return `${field.name} (${typeof field.type === 'object' ? printType(field.type) : datatypeOf(field)})`
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(name => (name.length > 80 ? `${name.slice(0, 80)}...` : name))
  return `${shown.join(', ')}${names.length > 20 ? `, and ${names.length - 20} more` : ''}`
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('server.tensor', message, hint === undefined ? {} : { hint })
}
