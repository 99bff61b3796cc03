import { TidemillError, whatIs } from '../errors/index.ts'

const longest = 100
const letters = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/
/** Names that Windows keeps for devices: a folder of that name cannot be copied there. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * Lets a name through that can be a folder on every system, and stand in a reference and in an address.
 *
 * @param what the kind of name, for the message
 * @throws models.bad-name
 */
export function checkName(what: 'model' | 'alias' | 'experiment' | 'artifact' | 'data', name: unknown): asserts name is string {
  const why = typeof name === 'string' ? problemOf(what, name) : 'it must be a text'
  if (why === undefined) return
  throw new TidemillError('models.bad-name', `bad ${what} name: ${typeof name === 'string' ? shortened(name) : whatIs(name)} (${why})`, {
    hint: `letters, digits, - _ and . inside, at most ${longest}: house-price`,
    details: { what, name: typeof name === 'string' ? name.slice(0, 1000) : whatIs(name) },
  })
}

function problemOf(what: string, name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > longest) return `it has ${name.length} characters, at most ${longest}`
  if (name.startsWith('.')) return 'it begins with a dot'
  if (!letters.test(name)) return `it has ${JSON.stringify(/[^A-Za-z0-9_.-]/u.exec(name)?.[0] ?? name)}`
  if (name.includes('..')) return 'it has two dots in a row'
  if (name.endsWith('.')) return 'it ends with a dot'
  if (devices.test(name)) return 'Windows keeps it for a device'
  if (what === 'alias' && /^\d+$/.test(name)) return 'a number is a version'
  return undefined
}

function shortened(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)
}

/** `have champion, challenger`, for messages; long lists are cut. */
export function having(names: readonly (string | number)[], none = 'there is none'): string {
  if (names.length === 0) return none
  return `have ${names.slice(0, 20).join(', ')}${names.length > 20 ? `, and ${names.length - 20} more` : ''}`
}
