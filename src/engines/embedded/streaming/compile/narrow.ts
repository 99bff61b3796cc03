/** Which columns each stage reads: columns that nobody reads are not decoded and do not cross between threads. */
import { columnsOf } from '../../../../expr/index.ts'
import type { Named } from '../../../../plan/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import type { StepNode } from './check-nodes.ts'
import type { Draft } from './draft.ts'
import { keysOf } from './keys.ts'

export interface Narrowed {
  /** Columns wanted of a source. */
  readonly input: ReadonlySet<string>
  /** Columns of its last step that sinks and the stages behind it read. */
  readonly output: ReadonlySet<string>
  /** Per step: the columns of its output that are read. */
  readonly steps: readonly ReadonlySet<string>[]
}

/** By stage, from the last to the first: what those behind read decides what those before hand on. */
export function narrow(drafts: readonly Draft[]): readonly Narrowed[] {
  const found: Narrowed[] = []
  for (const draft of drafts.toReversed()) found[draft.index] = narrowStage(draft, wantedOf(draft, drafts, found))
  return found
}

function wantedOf(draft: Draft, drafts: readonly Draft[], found: readonly Narrowed[]): ReadonlySet<string> {
  const behind = drafts.filter(other => other.input?.from === draft)
  const last = draft.steps.at(-1)?.node.fields ?? draft.source?.scan.fields ?? draft.input?.from.steps.at(-1)?.node.fields ?? []
  if (draft.sinks.some(sink => sink.on === 'rows') || behind.length === 0) return names(last)
  const wanted = new Set<string>()
  for (const other of behind) {
    for (const name of found[other.index]?.input ?? []) wanted.add(name)
    if (other.input?.by === 'key') for (const name of readBy(keysOf(other))) wanted.add(name)
  }
  return wanted
}

function narrowStage(draft: Draft, last: ReadonlySet<string>): Narrowed {
  const late = draft.sinks.some(sink => sink.on === 'late')
  const steps: ReadonlySet<string>[] = []
  let wanted = last
  for (let index = draft.steps.length - 1; index >= 0; index--) {
    const node = draft.steps[index]?.node
    if (node === undefined) continue
    steps[index] = wanted
    wanted = late && node.node === 'aggregate' ? names(node.input.fields) : readOf(node, wanted)
  }
  return { input: wanted, output: last, steps }
}

/** The columns a step reads of its input when these of its own are wanted. */
function readOf(node: StepNode, wanted: ReadonlySet<string>): ReadonlySet<string> {
  switch (node.node) {
    case 'filter':
      return new Set([...wanted, ...columnsOf(node.where)])
    case 'explode':
      return new Set([...wanted, node.column, ...(node.also ?? [])])
    case 'project':
      return readBy(kept(node.columns, wanted))
    case 'transform': {
      const adds = names(node.step.adds)
      // A column that is replaced keeps its place, so it is kept.
      const own = node.input.fields.filter(field => adds.has(field.name) || wanted.has(field.name)).map(field => field.name)
      return new Set([...own, ...names(node.step.needs)])
    }
    // State holds all of them.
    case 'aggregate':
      return readBy([...node.keys, ...node.aggs])
    // A function sees whole rows.
    case 'map':
    case 'process':
      return names(node.input.fields)
  }
}

/** The columns of a project that are read; one at least, as rows are counted by their columns. */
export function kept(columns: readonly Named[], wanted: ReadonlySet<string>): readonly Named[] {
  const some = columns.filter(column => wanted.has(column.name))
  return some.length > 0 ? some : columns.slice(0, 1)
}

function readBy(columns: readonly Named[]): ReadonlySet<string> {
  return new Set(columns.flatMap(column => [...columnsOf(column.expr)]))
}

function names(fields: Schema): ReadonlySet<string> {
  return new Set(fields.map(field => field.name))
}
