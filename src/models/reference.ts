import { TidemillError, whatIs } from '../errors/index.ts'
import { checkName } from './names.ts'

/** A reference in its parts; neither alias nor number means the newest version. */
export interface ParsedReference {
  readonly name: string
  readonly alias?: string
  readonly number?: number
}

/**
 * Takes `price@champion`, `price@3` or `price` apart.
 *
 * @throws models.reference, models.bad-name
 */
export function parseReference(reference: unknown): ParsedReference {
  if (typeof reference !== 'string') throw wrong(`reference of a model must be a text, not ${whatIs(reference)}`)
  const [name = '', pointer, ...more] = reference.split('@')
  if (more.length > 0) throw wrong(`reference with more than one @: ${reference.slice(0, 200)}`)
  checkName('model', name)
  if (pointer === undefined) return { name }
  if (pointer === '') throw wrong(`reference without a version or alias after the @: ${reference}`)
  if (/^\d+$/.test(pointer)) {
    const number = Number(pointer)
    if (!Number.isSafeInteger(number) || number === 0) throw wrong(`reference to a version that cannot be: ${reference.slice(0, 200)}`)
    return { name, number }
  }
  checkName('alias', pointer)
  return { name, alias: pointer }
}

function wrong(message: string): TidemillError {
  return new TidemillError('models.reference', message, { hint: "'price@champion', 'price@3', or 'price' for the newest version" })
}
