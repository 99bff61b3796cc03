import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import { callSite, didYouMean, whatIs } from '../errors/index.ts'
import { type JobPlan, misuse, needObject, needOptions, type Spec, type TopologyInput, type TopologyNode } from '../plan/index.ts'
import { type Schema, type SchemaLike, schemaOf } from '../schema/index.ts'
import { systemClock } from '../time/index.ts'
import { carve } from '../workers/index.ts'
import { checkStream, wholeMs } from './check.ts'
import type { Grouping } from './grouping.ts'
import { type Job, jobOf } from './job.ts'
import { noStreams } from './no-streams.ts'
import type { Topology, TopologyHost, TopologyRun } from './topology-types.ts'

const example = "topology('words').spout('lines', { emits: { line: 'string' } }, () => ({ next: () => lines }))"

/**
 * Spouts and bolts, for people who think in them.
 *
 * @example
 * const words = topology('word-count')
 *   .spout('lines', { emits: { line: 'string' } }, () => ({ *next() { yield { line: 'to be or not to be' } } }))
 *   .bolt('split', { from: shuffle('lines'), emits: { word: 'string' } }, () => (t, out) => {
 *     for (const word of t.line.split(' ')) out.emit({ word })
 *   })
 * const job = await words.run(tm)
 * await job.done
 * @param name what its jobs are called, with the time of their start
 * @throws stream.argument
 */
export function topology(name: string): Topology<{}> {
  if (typeof name !== 'string' || name === '') throw misuse(`topology wants a name, not ${whatIs(name)}`, example, 'stream.argument')
  // The types of the nodes are the interface's to say; here they are plain data.
  return new Nodes(name, []) as unknown as Topology<{}>
}

interface NodeOptions {
  readonly from?: Grouping<string, string> | readonly Grouping<string, string>[]
  readonly emits?: SchemaLike
  readonly parallelism?: number
  readonly with?: object
}

class Nodes {
  readonly name: string
  readonly nodes: readonly TopologyNode[]

  constructor(name: string, nodes: readonly TopologyNode[]) {
    this.name = name
    this.nodes = nodes
  }

  spout(name: string, options: NodeOptions, make: Function): Nodes {
    return this.#add('spout', name, options, make)
  }
  bolt(name: string, options: NodeOptions, make: Function): Nodes {
    return this.#add('bolt', name, options, make)
  }
  sink(from: string, ...sinks: readonly Spec[]): Nodes {
    const node = this.nodes.find(other => other.name === from)
    const names = this.nodes.filter(({ emits }) => emits.length > 0).map(({ name }) => name)
    if (node === undefined)
      throw misuse(`no node ${from} to write (there are ${names.join(', ')})`, didYouMean([from], names), 'stream.argument')
    if (node.emits.length === 0) throw misuse(`${from} emits nothing to write`, undefined, 'stream.argument')
    checkStream.to(sinks)
    const kept = { ...node, sinks: [...(node.sinks ?? []), ...sinks] }
    return new Nodes(
      this.name,
      this.nodes.map(other => (other === node ? kept : other)),
    )
  }

  explain(on: TopologyHost): string {
    if (on.engine.explainJob === undefined) throw noStreams(on.engine)
    return on.engine.explainJob(this.#plan())
  }

  async run(on: TopologyHost, options: TopologyRun = {}): Promise<Job> {
    needOptions('run', options, ['name', 'checkpoint', 'from', 'signal'], 'run(tm)')
    if (typeof on?.engine !== 'object') throw misuse(`run wants a session, not ${whatIs(on)}`, 'await words.run(tm)', 'stream.argument')
    if (on.engine.start === undefined) throw noStreams(on.engine)
    checkStream.run('run', options)
    const { name = `${this.name}-${stampOf(systemClock.now())}`, checkpoint, from, signal } = options
    const checkpointMs = checkpoint === undefined ? undefined : wholeMs('checkpoint', checkpoint)
    return jobOf(await on.engine.start(this.#plan(), { name, checkpointMs, from, signal }))
  }

  #add(kind: 'spout' | 'bolt', name: string, options: NodeOptions, make: Function): Nodes {
    this.#checkName(kind, name)
    const given: unknown = options
    needObject(kind, given, 'an object of options', example)
    needOptions(kind, given, kind === 'spout' ? ['emits', 'parallelism', 'with'] : ['from', 'emits', 'parallelism', 'with'], example)
    const { parallelism = 1 } = options
    if (!(Number.isSafeInteger(parallelism) && parallelism > 0 && parallelism <= 256))
      throw misuse(`parallelism of ${name} is no whole number from 1 to 256: ${parallelism}`, example, 'stream.argument')
    if (typeof make !== 'function')
      throw misuse(`${kind} ${name} wants a function that makes it, not ${whatIs(make)}`, example, 'stream.argument')
    const from = kind === 'spout' ? [] : this.#inputs(name, options.from)
    const fn = carve(make, callSite(), { name: kind, ...(options.with === undefined ? {} : { with: options.with }) })
    const node: TopologyNode = { name, emits: emitsOf(kind, name, options.emits), from, fn, parallelism }
    return new Nodes(this.name, [...this.nodes, node])
  }

  #checkName(kind: string, name: string): void {
    if (typeof name !== 'string' || !/^\w[\w.-]{0,63}$/.test(name))
      throw misuse(`no name of a ${kind}: ${whatIs(name)} (letters, digits, _ . -, at most 64)`, example, 'stream.argument')
    if (this.nodes.some(node => node.name === name)) throw misuse(`the name ${name} is taken`, undefined, 'stream.argument')
  }

  #inputs(name: string, from: NodeOptions['from']): readonly TopologyInput[] {
    const groupings = from === undefined ? [] : isList(from) ? from : [from]
    if (groupings.length === 0) throw misuse(`bolt ${name} reads nothing`, "{ from: shuffle('lines') }", 'stream.argument')
    return groupings.map(grouping => {
      if (typeof grouping?.from !== 'string' || !Array.isArray(grouping.fields))
        throw misuse(`from of ${name} wants a grouping, not ${whatIs(grouping)}`, "{ from: shuffle('lines') }", 'stream.argument')
      if (grouping.by === 'fields' && grouping.fields.length === 0)
        throw misuse(`fields(${grouping.from}) of ${name} names no field`, "fields('split', 'word')", 'stream.argument')
      const source = this.nodes.find(node => node.name === grouping.from)
      const names = this.nodes.map(node => node.name)
      if (source === undefined)
        throw misuse(
          `no node ${grouping.from} before ${name} (there are ${names.join(', ')})`,
          didYouMean([grouping.from], names),
          'stream.argument',
        )
      const emitted = source.emits.map(field => field.name)
      const missing = grouping.fields.filter(field => !emitted.includes(field))
      if (missing.length > 0)
        throw misuse(
          `${grouping.from} does not emit ${missing.join(', ')} (it emits ${emitted.join(', ')})`,
          didYouMean(missing, emitted),
          'stream.argument',
        )
      return { from: grouping.from, by: grouping.by, fields: grouping.fields }
    })
  }

  #plan(): JobPlan {
    if (this.nodes.length === 0) throw misuse(`topology ${this.name} has no spout`, example, 'stream.argument')
    return { kind: 'topology', nodes: this.nodes }
  }

  [inspected](): string {
    return this.#text()
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    return { kind: 'text', text: this.#text() }
  }
  #text(): string {
    const lines = this.nodes.map(({ name, from, emits, parallelism, sinks = [] }) => {
      const reads = from.map(input => `${input.by}(${[input.from, ...input.fields].join(', ')})`).join(', ')
      const gives = emits.length === 0 ? '' : ` emits ${emits.map(field => field.name).join(', ')}`
      const writes = sinks.length === 0 ? '' : ` to ${sinks.map(({ kind }) => kind).join(', ')}`
      return `${from.length === 0 ? 'spout' : 'bolt'} ${name}${reads === '' ? '' : ` from ${reads}`}${gives}${writes}, ${parallelism} task${parallelism === 1 ? '' : 's'}`
    })
    return [`topology ${this.name}`, ...lines].join('\n')
  }
}

/** `20260131-235959-999` */
function stampOf(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:Z]/g, '').replace(/[T.]/g, '-')
}

function emitsOf(kind: string, name: string, emits: SchemaLike | undefined): Schema {
  if (emits !== undefined && Object.keys(emits).length > 0) return schemaOf(emits)
  if (kind === 'spout') throw misuse(`spout ${name} emits nothing`, "{ emits: { line: 'string' } }", 'stream.argument')
  return []
}

// `Array.isArray` does not tell read-only arrays.
function isList(from: NonNullable<NodeOptions['from']>): from is readonly Grouping<string, string>[] {
  return Array.isArray(from)
}
