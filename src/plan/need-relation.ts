import { type ErrorCode, TidemillError, whatIs } from '../errors/index.ts'
import type { Relation } from './seams.ts'

/**
 * Throws where something else than a table was given: most often a promise that nobody awaited, rows, or the path of a file.
 *
 * @param call what the user called, with its name: `join`, `expectThat`
 * @throws the code, with how to write it
 */
export function needRelation(
  value: unknown,
  call: string,
  options: {
    readonly code: ErrorCode
    readonly example: string /** Where the user wrote it, asked only for the error. */
    readonly where?: () => string | undefined
  },
): asserts value is Relation<unknown> {
  if (isRelation(value)) return
  const { code, example } = options
  const where = options.where?.()
  throw new TidemillError(code, `${call} wants a table, not ${whatIs(value)}${where === undefined ? '' : ` at ${where}`}`, {
    hint: cureOf(value, example),
    details: { call },
  })
}

function isRelation(value: unknown): value is Relation<unknown> {
  if (typeof value !== 'object' || value === null || !('plan' in value) || !('engine' in value)) return false
  return typeof value.plan === 'object' && typeof value.engine === 'object'
}

function cureOf(value: unknown, example: string): string {
  if (typeof value === 'string') return `read it first: const table = await tm.read(csv(${JSON.stringify(value)}))`
  if (Array.isArray(value)) return 'make a table of it first: const table = await tm.read(rows(items))'
  if (typeof value !== 'object' || value === null) return example
  if ('then' in value) return `was an await forgotten? const table = await tm.read(...), then ${example}`
  if ('agg' in value && 'mapGroups' in value) return 'groups become a table by agg() or mapGroups()'
  if ('kind' in value && 'options' in value) return 'a source is read first: const table = await tm.read(source)'
  return example
}
