import { TidemillError, whatIs } from '../errors/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { Field } from '../schema/index.ts'
import { datatypeOf } from './datatype.ts'

/** The body of an inference request: plain data for `JSON.stringify`. */
export interface RequestBody {
  readonly inputs: readonly {
    readonly name: string
    readonly shape: readonly [rows: number]
    readonly datatype: string
    readonly data: readonly unknown[]
  }[]
}

/**
 * Rows as the body of a request to `/v2/models/NAME/infer`: a tensor for each feature of the model; other properties are left out, one that is absent is null.
 *
 * @example
 * const body = JSON.stringify(requestBody(model, [{ area: 100, rooms: 3 }]))
 * @throws server.tensor for a number that JSON or the tensor cannot hold
 */
export function requestBody(model: Pick<AnyModel, 'needs'>, rows: readonly object[]): RequestBody {
  const list = rows as readonly Readonly<Record<string, unknown>>[]
  const inputs = model.needs.map(field => ({
    name: field.name,
    shape: [list.length] as const,
    datatype: datatypeOf(field),
    data: list.map((row, index) => sendable(Object.hasOwn(row, field.name) ? row[field.name] : undefined, field, index)),
  }))
  return { inputs }
}

/** A row that a model can be asked about, to show how: its numbers mean nothing. */
export function exampleRow(model: Pick<AnyModel, 'needs'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(model.needs.map(field => [field.name, exampleOf(field)]))
}

function sendable(value: unknown, { name }: Field, row: number): unknown {
  if (value === undefined || value === null) return null
  const sent = typeof value === 'bigint' ? Number(value) : value
  if (typeof sent === 'number' && (!Number.isFinite(sent) || (typeof value === 'bigint' && !Number.isSafeInteger(sent))))
    throw new TidemillError('server.tensor', `number that JSON cannot hold: row ${row + 1}, column ${name}: ${whatIs(value)}`)
  return sent
}

function exampleOf(field: Field): unknown {
  const { type } = field
  if (typeof type === 'object' && 'enum' in type) return type.enum[0] ?? ''
  const datatype = datatypeOf(field)
  if (datatype === 'BOOL') return true
  return datatype === 'BYTES' ? 'a' : 1
}
