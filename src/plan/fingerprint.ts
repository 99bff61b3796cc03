import { createHash } from 'node:crypto'
import { inputsOf, nodesOf } from './inputs.ts'
import type { Plan } from './nodes.ts'

/**
 * sha256 of what a plan computes, as 64 hex digits: the same for two plans that were written alike, wherever they were written. Of a user's function
 * its text and its values count.
 */
export function fingerprint(plan: Plan): string {
  const hashes = new Map<Plan, string>()
  for (const node of nodesOf(plan)) {
    const inputs = inputsOf(node).map(input => hashes.get(input) ?? '')
    hashes.set(node, sha256(canonical([ownParts(node), inputs])))
  }
  return hashes.get(plan) ?? ''
}

/** What a node says besides its inputs and its place in the file. */
function ownParts(node: Plan): unknown {
  switch (node.node) {
    case 'scan':
      return [node.node, node.source.kind, sourceOptions(node.source.options), node.source.code?.hash, node.fields, node.where, node.limit]
    case 'map':
      return [
        node.node,
        node.mode,
        node.fn.hash,
        node.declared,
        ...(node.policy === undefined ? [] : [node.policy.onError, node.policy.timeoutMs]),
      ]
    case 'transform':
      return [node.node, node.step.kind, node.step.state, node.step.needs, node.step.adds]
    case 'filter':
      return [node.node, node.where]
    case 'project':
      return [node.node, node.columns, node.notNull]
    case 'aggregate':
      return [
        node.node,
        node.keys,
        node.aggs,
        ...(node.window === undefined && node.running === undefined ? [] : [node.window, node.running]),
        ...(node.sets === undefined ? [] : [node.sets, node.level]),
      ]
    case 'join':
      return [node.node, node.how, node.on, node.suffix, node.where, ...(node.check === undefined ? [] : [node.check])]
    case 'asOf':
      return [node.node, node.on, node.by, node.direction, node.strict, node.suffix]
    case 'union':
      return [node.node]
    case 'sort':
      return [node.node, node.by]
    case 'limit':
      return [node.node, node.rows, node.offset]
    case 'split':
      return [node.node, node.how, node.parts, node.part]
    case 'explode':
      return [node.node, node.column, ...(node.also === undefined && node.outer === undefined ? [] : [node.also, node.outer])]
    case 'eventTime':
      return [node.node, node.column, node.latenessMs, node.idleMs]
    case 'process':
      return [node.node, node.keys, node.fn.hash, node.ttl, node.fields]
    case 'onError':
      return [node.node, node.retries, node.otherwise, node.sink?.kind, node.sink?.options]
    case 'late':
      return [node.node]
    case 'sink':
      return [node.node, node.sink.kind, node.sink.options]
    case 'deferred':
      return [node.node, node.verb, node.args]
  }
}

/** Copies of files lie elsewhere in every session: their originals count. What is told of bad lines is no part of a plan. */
function sourceOptions(options: object): object {
  const { bad: _, remote: __, origins, files, ...rest } = options as { readonly [K in 'bad' | 'remote' | 'origins' | 'files']?: unknown }
  return { ...rest, files: origins ?? files }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Text that is the same for equal values: keys sorted, every kind of value told apart from every other. */
function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : canonicalObject(value)
    case 'function':
      return `function ${JSON.stringify(Function.prototype.toString.call(value))}`
    case 'boolean':
    case 'undefined':
    case 'symbol':
      return String(value)
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (isPlan(value)) return `plan ${fingerprint(value)}`
  if (value instanceof Date) return `date ${'epochMicros' in value ? String(value.epochMicros) : value.getTime()}`
  if (value instanceof RegExp) return `regexp ${String(value)}`
  if (value instanceof Map) return `map ${canonical([...value])}`
  if (value instanceof Set) return `set ${canonical([...value])}`
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return `${value.constructor.name} ${createHash('sha256').update(bytes).digest('hex')}`
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}

function isPlan(value: object): value is Plan {
  return 'node' in value && typeof value.node === 'string' && 'fields' in value && 'open' in value
}
