/** A plan as plain JSON, to be read by people and programs later. */
import { withoutSecrets } from '../errors/index.ts'
import { inputsOf, nodesOf, type Plan } from '../plan/index.ts'

/** Texts and bytes beyond this are left out. */
const longestText = 20_000
/** Items of a list beyond this are left out. */
const mostItems = 1_000
const secret = /password|passwd|secret|token|authorization|cookie|headers|credential|apikey|api_key/i

/** Every step once, inputs first; `inputs` are places in the list. */
export function planData(plan: Plan): readonly unknown[] {
  const nodes = nodesOf(plan)
  const places = new Map<object, number>(nodes.map((node, index) => [node, index]))
  return nodes.map(node => {
    const own = Object.entries(node).filter(([name]) => !['input', 'inputs', 'left', 'right'].includes(name))
    const data = Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, plain(value, name)]])))
    return { ...data, inputs: inputsOf(node).map(input => places.get(input)) }
  })
}

/** One value as plain JSON, without secrets; `name` is what it is called. */
export function plain(value: unknown, name: string): unknown {
  if (secret.test(name)) return '***'
  switch (typeof value) {
    case 'string':
      return value.length > longestText ? { $leftOut: `${value.length} characters` } : withoutSecrets(value)
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { $bigint: String(value) }
    case 'boolean':
      return value
    case 'function':
    case 'symbol':
    case 'undefined':
      return { $leftOut: typeof value }
    case 'object':
      return value === null ? null : plainObject(value)
  }
}

function plainObject(value: object): unknown {
  if (Array.isArray(value)) {
    const items = value.slice(0, mostItems).map(item => plain(item, ''))
    return value.length > mostItems ? [...items, { $leftOut: `${value.length - mostItems} items` }] : items
  }
  if (ArrayBuffer.isView(value)) return { $leftOut: `${value.byteLength} bytes` }
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString() }
  if (value instanceof RegExp) return { $regexp: String(value) }
  if (value instanceof Map) return { $map: plain([...value], '') }
  if (value instanceof Set) return { $set: plain([...value], '') }
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain((value.toJSON as () => unknown)(), '')
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item, key)]])))
}
