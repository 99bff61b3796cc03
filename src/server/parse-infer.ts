import { didYouMean, TidemillError, whatIs } from '../errors/index.ts'
import { type Datatype, datatypes, isDatatype } from './datatype.ts'

/** An inference request, its form checked; whether it fits a model is not. */
export interface InferRequest {
  readonly id: string | undefined
  /** `content_type: 'pd'`: each tensor is a column of one table. */
  readonly table: boolean
  readonly inputs: readonly InputTensor[]
  /** The outputs that are asked for; undefined for all. */
  readonly outputs: readonly string[] | undefined
}
export interface InputTensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  /** Flat, row after row: as many as the shape says. */
  readonly data: readonly unknown[]
}

const mostInputs = 10_000
/** Says how JSON data are to be read that mean something else by themselves; these mean themselves. */
const contentTypes = ['pd', 'np', 'str']

/**
 * Checks the body of an inference request. `data` may be flat or nested by the shape.
 *
 * @throws server.tensor naming all that is wrong
 */
export function parseInfer(body: unknown): InferRequest {
  const record = recordIn(body, 'body', ['id', 'parameters', 'inputs', 'outputs'])
  const { id, inputs } = record
  if (id !== undefined && (typeof id !== 'string' || id.length > 256))
    throw wrong(`id must be a text of at most 256 characters, not ${whatIs(id)}`)
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw wrong(
      `inputs must be a list of tensors, not ${whatIs(inputs)}`,
      `{"inputs":[{"name":"rooms","shape":[1],"datatype":"FP64","data":[3]}]}`,
    )
  if (inputs.length > mostInputs) throw wrong(`inputs: ${inputs.length} tensors (at most ${mostInputs})`)
  const problems: string[] = []
  const tensors: InputTensor[] = []
  for (const [index, input] of inputs.entries()) {
    try {
      tensors.push(tensorOf(input, `inputs[${index}]`))
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      problems.push(error.message)
    }
  }
  const seen = new Set<string>()
  for (const { name } of tensors) {
    if (seen.has(name)) problems.push(`input named twice: ${name}`)
    seen.add(name)
  }
  if (problems.length > 0) throw wrong(joined(problems))
  return { id, table: contentType(record['parameters'], 'parameters') === 'pd', inputs: tensors, outputs: outputsIn(record['outputs']) }
}

/** Some problems as one text; of many, the first. */
export function joined(problems: readonly string[]): string {
  const shown = problems.slice(0, 8).join('; ')
  return problems.length > 8 ? `${shown}; and ${problems.length - 8} more` : shown
}

function tensorOf(input: unknown, at: string): InputTensor {
  const { name, shape, datatype, data, parameters } = recordIn(input, at, ['name', 'shape', 'datatype', 'data', 'parameters'])
  if (typeof name !== 'string' || name === '' || name.length > 1000) throw wrong(`${at}: name must be a text, not ${whatIs(name)}`)
  const who = `input ${name}`
  contentType(parameters, who)
  if (typeof datatype !== 'string' || !isDatatype(datatype))
    throw wrong(
      `${who}: unknown datatype: ${typeof datatype === 'string' ? datatype.slice(0, 40) : whatIs(datatype)} (have ${datatypes.join(', ')})`,
    )
  if (!Array.isArray(shape) || shape.length === 0 || shape.length > 8 || !shape.every(side => Number.isSafeInteger(side) && side >= 0))
    throw wrong(
      `${who}: shape must be a list of whole numbers, as [1], not ${Array.isArray(shape) ? JSON.stringify(shape).slice(0, 80) : whatIs(shape)}`,
    )
  if (!Array.isArray(data)) throw wrong(`${who}: data must be a list, not ${whatIs(data)}`)
  return { name, datatype, shape, data: flat(data, shape, who) }
}

function flat(data: readonly unknown[], shape: readonly number[], who: string): readonly unknown[] {
  const size = shape.reduce((product, side) => product * side, 1)
  const misfit = (what: string): TidemillError => wrong(`${who}: shape ${printShape(shape)} wants ${size} values, data has ${what}`)
  const nested = shape.length > 1 && data.length > 0 && data.every(Array.isArray)
  if (!nested) {
    if (data.length !== size) throw misfit(String(data.length))
    return data
  }
  let level: readonly unknown[] = [data]
  for (const side of shape) {
    const next: unknown[] = []
    for (const part of level) {
      if (!Array.isArray(part) || part.length !== side)
        throw misfit(Array.isArray(part) ? `a list of ${part.length} where ${side} are due` : whatIs(part))
      for (const item of part) next.push(item)
    }
    level = next
  }
  return level
}

/** `[3, 4]` */
export function printShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

function outputsIn(outputs: unknown): readonly string[] | undefined {
  if (outputs === undefined) return undefined
  if (!Array.isArray(outputs)) throw wrong(`outputs must be a list, not ${whatIs(outputs)}`)
  if (outputs.length > mostInputs) throw wrong(`outputs: ${outputs.length} (at most ${mostInputs})`)
  // Clients that name none want all.
  if (outputs.length === 0) return undefined
  return outputs.map((output, index) => {
    const { name, parameters } = recordIn(output, `outputs[${index}]`, ['name', 'parameters'])
    if (typeof name !== 'string') throw wrong(`outputs[${index}]: name must be a text, not ${whatIs(name)}`)
    if (parameters !== undefined && recordIn(parameters, `output ${name}: parameters`)['binary_data'] === true)
      throw wrong(`output ${name}: binary data are not served; ask for JSON`)
    return name
  })
}

function contentType(parameters: unknown, who: string): string | undefined {
  if (parameters === undefined) return undefined
  const record = recordIn(parameters, who === 'parameters' ? who : `${who}: parameters`)
  if (record['binary_data_size'] !== undefined) throw wrong(`${who}: binary data are not served; send JSON`)
  const type = record['content_type']
  if (type === undefined) return undefined
  if (typeof type === 'string' && contentTypes.includes(type)) return type
  throw wrong(
    `${who}: unknown content_type: ${typeof type === 'string' ? type.slice(0, 40) : whatIs(type)} (have ${contentTypes.join(', ')})`,
  )
}

/** An object, with no other fields than these; any where none are given. */
function recordIn(value: unknown, who: string, fields?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(`${who} must be an object, not ${whatIs(value)}`)
  const unknown = fields === undefined ? [] : Object.keys(value).filter(name => !fields.includes(name))
  if (unknown.length > 0) {
    const names = unknown.slice(0, 5).map(name => name.slice(0, 40))
    throw wrong(`${who}: unknown field: ${names.join(', ')} (have ${fields?.join(', ')})`, didYouMean(names, fields ?? []))
  }
  return value as Readonly<Record<string, unknown>>
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('server.tensor', message, hint === undefined ? {} : { hint })
}
