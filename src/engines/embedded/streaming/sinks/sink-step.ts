import { resolve } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'
import type { Guarantee, Spec } from '../../../../plan/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import type { Outlet, SinkStep } from '../seams.ts'
import { noParquet } from './parquet-schema.ts'
import { type WebhookOptions, shownUrl } from './webhook-sink.ts'

/** A sink that keeps rows in memory, for tests. */
export const collectSpec: Spec = Object.freeze({ kind: 'collect', options: Object.freeze({}), updates: true })

/** Where a sink stands. `fields`: the rows' columns without hidden ones. */
export interface SinkAt {
  readonly on: Outlet
  readonly id: string
  readonly fields: Schema
}

/**
 * A sink of a plan as a step of a job: plain data, with the path made absolute.
 *
 * @throws stream.unsupported for a kind of sink, an option, a path or a type of column that a stream cannot write
 */
export function sinkStepOf(spec: Spec, at: SinkAt): SinkStep {
  const { on, id, fields } = at
  const base = { kind: 'sink', on, id, fields } as const
  switch (spec.kind) {
    case 'csv':
    case 'ndjson':
    case 'parquet': {
      const { path, ...rest } = spec.options as { readonly path: string } & Readonly<Record<string, unknown>>
      checkPath(spec.kind, path)
      const options = fileOptions(spec.kind, path, rest)
      checkColumns(spec.kind, path, fields)
      return {
        ...base,
        label: `${spec.kind} ${path}`,
        sink: 'file',
        options: { path: resolve(path), format: spec.kind, ...options },
        guarantee: 'exactly-once',
      }
    }
    case 'webhook':
      return { ...base, ...sending('webhook'), label: `webhook ${shownUrl((spec.options as WebhookOptions).url)}`, options: spec.options }
    case 'console': {
      const { name } = spec.options as { readonly name?: string }
      return { ...base, ...sending('console'), label: name === undefined ? 'console' : `console ${name}`, options: spec.options }
    }
    case 'collect':
      return { ...base, sink: 'collect', label: 'collect', options: {}, guarantee: 'exactly-once' }
    default:
      throw unsupported(`a sink that a stream cannot write to: ${spec.kind} (have csv, ndjson, parquet, webhook, console)`, spec.kind)
  }
}

function sending(sink: string): { readonly sink: string; readonly guarantee: Guarantee } {
  return { sink, guarantee: 'at-least-once' }
}

/** Options that say how files are read are left out; those that say how they are written are kept or refused. */
const reading = ['schema', 'names', 'columns', 'nulls', 'quote']
const why: Readonly<Record<string, string>> = {
  partitionBy: 'a stream writes one folder of files; partition the files later, as a table',
  mode: 'a stream adds files to its folder and goes on there after a restart; leave it out',
}

function fileOptions(kind: string, path: string, options: Readonly<Record<string, unknown>>): object {
  const refused = Object.keys(options).find(name => why[name] !== undefined || (kind !== 'csv' && name === 'delimiter'))
  if (refused !== undefined) throw unsupported(`option ${refused} of ${kind} ${path}: a stream cannot honour it`, kind, why[refused])
  const { delimiter } = options as { readonly delimiter?: string }
  if (delimiter !== undefined && (delimiter.charCodeAt(0) > 0x7e || delimiter === '"'))
    throw unsupported(`delimiter ${JSON.stringify(delimiter)} of ${kind} ${path}: a stream writes ASCII delimiters only`, kind)
  return Object.fromEntries(Object.entries(options).filter(([name]) => !reading.includes(name)))
}

function checkPath(kind: string, path: string): void {
  if (/[*?[\]{}]/.test(path)) throw unsupported(`path ${path} of ${kind} is a pattern: a stream writes to a folder`, kind)
  if (/\.(csv|tsv|txt|ndjson|jsonl|json|parquet|pq)(\.gz)?$/i.test(path) || /\.gz$/i.test(path))
    throw unsupported(
      `path ${path} of ${kind} names a file: a stream writes a folder of files`,
      kind,
      `such as ${kind}('${path.replace(/(\.\w+)+$/, '')}/')`,
    )
}

function checkColumns(kind: string, path: string, fields: Schema): void {
  const seen = new Map<string, string>()
  for (const { name, type } of fields) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      throw unsupported(
        `columns whose names differ by case only cannot be written to one file: ${other}, ${name}`,
        kind,
        'rename one of them',
      )
    seen.set(name.toLowerCase(), name)
    const part = kind === 'parquet' ? noParquet(type) : undefined
    if (part !== undefined)
      throw unsupported(`column ${name} of ${kind} ${path}: Parquet has no type for ${part}`, kind, 'leave it out, or cast it')
  }
  if (fields.length === 0) throw unsupported(`rows without columns cannot be written to ${kind} ${path}`, kind)
}

function unsupported(message: string, sink: string, hint?: string): TidemillError {
  return new TidemillError('stream.unsupported', message, { details: { sink }, ...(hint === undefined ? {} : { hint }) })
}
