import { inspect } from 'node:util'
import { TidemillError } from '../errors/index.ts'
import { checkObject } from './check-arguments.ts'

/** For each parameter: what is wrong with a value, or undefined. */
export type Rules<P> = { readonly [K in keyof P]: (value: unknown) => string | undefined }

export const mustBeBoolean = (value: unknown): string | undefined => (typeof value === 'boolean' ? undefined : 'must be true or false')
export const mustBeFinite = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a finite number'
/** A rule for one of some words. */
export const mustBeOneOf =
  (words: readonly string[]) =>
  (value: unknown): string | undefined =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
export const mustBePositive = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? undefined : 'must be a finite number above 0'
export const mustBeCount = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? undefined : 'must be a whole number above 0'
export const mustBeWhole = (value: unknown): string | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : 'must be a whole number of at least 0'

/** The defaults with what was given on top, checked. @throws ml.param naming every wrong parameter */
export function withDefaults<P extends object>(kind: string, defaults: P, rules: Rules<P>, given: Partial<P>): Readonly<P> {
  checkObject(kind, given, 'an object of parameters')
  const problems: string[] = []
  const names = Object.keys(defaults)
  const params = { ...defaults } as Record<string, unknown>
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) problems.push(`unknown parameter: ${name} (have ${names.join(', ')})`)
    else if (value !== undefined) {
      const wrong = rules[name as keyof P](value)
      if (wrong !== undefined) problems.push(`${name} ${wrong}, not ${printed(value)}`)
      params[name] = value
    }
  }
  throwParams(kind, problems)
  return Object.freeze(params) as Readonly<P>
}

/** Throws when there are problems. */
export function throwParams(kind: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new TidemillError('ml.param', `${kind}: ${problems.join('; ')}`, { details: { kind, problems } })
}

function printed(value: unknown): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value) : inspect(value)
}
