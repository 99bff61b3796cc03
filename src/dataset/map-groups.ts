import { createHash } from 'node:crypto'
import { callNode } from '../expr/index.ts'
import type { AggregateArgs, Plan } from '../plan/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { HostFunction } from '../workers/index.ts'

/**
 * The aggregate that gathers each group into one row of lists, and the function that takes such a row apart for the user's function.
 *
 * All lists of a group are gathered together, so their items at one place are of one row.
 *
 * @throws plan.open-schema when the columns of the input are not known yet
 */
export function groupsInLists(
  input: Plan,
  keys: AggregateArgs['keys'],
  fn: HostFunction,
): { readonly args: AggregateArgs; readonly fn: HostFunction } {
  if (input.open)
    throw new TidemillError('plan.open-schema', 'mapGroups needs to know the columns of its rows', {
      hint: 'give the map before it a schema: map(f, { schema: { ... } })',
    })
  const known = new Map(input.fields.map(field => [field.name, field]))
  const named = keys.map((key, index) => ({ name: `key ${index}`, expr: typeof key === 'string' ? columnNamed(known, key) : key.expr }))
  const aggs = input.fields.map((field, index) => ({
    name: `list ${index}`,
    expr: callNode('list', [{ op: 'column', name: field.name, type: field.type, nullable: field.nullable }]),
  }))
  const keyNames = keys.map(key => (typeof key === 'string' ? key : key.name))
  const module = wrapper(
    fn.module,
    keyNames,
    input.fields.map(field => field.name),
  )
  const hash = createHash('sha256').update(module).update(fn.hash).digest('hex')
  return { args: { keys: named, aggs }, fn: { ...fn, reads: undefined, module, hash } }
}

function columnNamed(known: ReadonlyMap<string, Plan['fields'][number]>, name: string): AggregateArgs['aggs'][number]['expr'] {
  const field = known.get(name)
  if (field === undefined) throw new TidemillError('plan.unknown-column', `unknown column: ${name} (have ${[...known.keys()].join(', ')})`)
  return { op: 'column', name, type: field.type, nullable: field.nullable }
}

/** A module around the user's: it is imported as data, so that no name of one can meet a name of the other. */
function wrapper(module: string, keys: readonly string[], columns: readonly string[]): string {
  return `import { fn as each } from 'data:text/javascript;base64,${Buffer.from(module).toString('base64')}'
const keys = ${JSON.stringify(keys)}
const columns = ${JSON.stringify(columns)}
function* rowsOf(lists) {
  for (let at = 0; at < lists[0].length; at++) {
    const row = {}
    for (let index = 0; index < columns.length; index++) row[columns[index]] = lists[index][at]
    yield row
  }
}
export function fn(group, given) {
  const key = {}
  for (let index = 0; index < keys.length; index++) key[keys[index]] = group['key ' + index]
  const lists = columns.map((_, index) => group['list ' + index])
  return each(key, { [Symbol.iterator]: () => rowsOf(lists) }, given)
}
`
}
