/** What JavaScript lets pass and the compiler would not, for connectors whose options are their own. */
import { nearNames, TidemillError } from '../errors/index.ts'
import { shown } from './check-options.ts'

/** @throws connectors.option for an option that does not exist */
export function onlyOptions(kind: string, options: unknown, have: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TidemillError('connectors.option', `options of ${kind} must be an object, not ${shown(options)} (have ${have.join(', ')})`)
  const unknown = Object.keys(options).find(name => !have.includes(name))
  if (unknown === undefined) return
  const near = nearNames(unknown, have)
  throw new TidemillError('connectors.option', `unknown option: ${unknown} of ${kind} (have ${have.join(', ')})`, {
    details: { option: unknown, have },
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }),
  })
}

/** @throws connectors.option for a value that is none of these; undefined is none given */
export function oneOfThese(name: string, value: unknown, values: readonly string[]): void {
  if (value === undefined || (typeof value === 'string' && values.includes(value))) return
  const wants = values.map(each => `'${each}'`).join(' or ')
  throw new TidemillError('connectors.option', `${name} must be ${wants}, not ${shown(value)}`, { details: { option: name } })
}

/** @throws connectors.option for what is no text, or an empty one; undefined is none given */
export function textOrNone(name: string, value: unknown, wants: string): void {
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return
  throw new TidemillError('connectors.option', `${name} must be ${wants}, not ${shown(value)}`, { details: { option: name } })
}
