/** Columns of JSON text. */
import { TidemillError } from '../errors/index.ts'

/**
 * The value of a column.
 *
 * @param where what the row is, for the message
 * @throws models.damaged when it is no JSON, or not of the form
 */
export function readJson<T>(text: string, where: string, fits: (value: unknown) => boolean = isRecord): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(where, cause)
  }
  if (!fits(value)) throw damaged(where)
  return value as T
}

/** Numbers by name; what JSON has no number for is written as text. */
export function printNumbers(numbers: Readonly<Record<string, number>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)])),
  )
}

/** What `printNumbers` wrote. @throws models.damaged */
export function readNumbers(text: string, where: string): Readonly<Record<string, number>> {
  const found = readJson<Record<string, number | string>>(text, where)
  return Object.freeze(Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Number(value)])))
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function damaged(where: string, cause?: unknown): TidemillError {
  return new TidemillError('models.damaged', `damaged row in the database of the workspace: ${where}`, {
    hint: 'put back a copy of tidemill.sqlite',
    ...(cause === undefined ? {} : { cause }),
  })
}
