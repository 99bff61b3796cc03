import { type Batch, stringsOf } from '../batch/index.ts'
import { declaredTexts, learnTexts, type PreparedOptions, withFileName, withLateKeys } from '../connectors/index.ts'
import type { Engine, Host, RunOptions, SourceDriver, Spec } from '../plan/index.ts'
import { verbs } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { checkTypes } from './check-types.ts'
import { siftValues } from './sift-values.ts'

/** Rows of a text file that are read to find the types of its columns. A value further down that does not fit is an error with its row. */
export const sampleRows = 20_000
/** Characters after which no more rows are sampled: rows may be very long. */
const sampleLength = 16 * 1024 * 1024

/** A source that says all it needs to be read, and its columns. */
export interface Learnt {
  readonly spec: Spec
  readonly schema: Schema
}

/**
 * Finds the columns of a source.
 *
 * A declared schema is taken as it is. Text formats are read as text and their types found by `schema`, the same on every engine; typed formats
 * are asked through the engine; what only a driver can open tells through the driver. Where lines may be bad, those whose values do not fit are counted here.
 */
export async function learnSchema(
  spec: Spec,
  engine: Engine,
  host: Host,
  typesFile: string | false,
  options: RunOptions = {},
): Promise<Learnt> {
  const { bad } = spec.options as Partial<PreparedOptions>
  try {
    const learnt = await learn(spec, engine, host, typesFile, options)
    return bad === undefined ? learnt : { spec: await siftValues(learnt.spec, learnt.schema, bad, engine, options), schema: learnt.schema }
  } finally {
    await bad?.drop()
  }
}

async function learn(spec: Spec, engine: Engine, host: Host, typesFile: string | false, options: RunOptions): Promise<Learnt> {
  const { schema: declared, ofTable } = spec.options as { readonly schema?: Schema; readonly ofTable?: { readonly typed: boolean } }
  const text = spec.kind === 'csv' || spec.kind === 'ndjson'
  // The manifest of a folder declares its columns; what the user's program expects of them is for the types file to say.
  if (declared !== undefined && ofTable?.typed === true && typesFile !== false) await checkTypes(spec, declared, typesFile)
  if (declared !== undefined) return declaredTexts(spec, declared)
  if (engine.capabilities.sources[spec.kind] !== 'native') {
    const driver = spec.code === undefined ? undefined : ((await host.load(spec.code)) as SourceDriver)
    const schema = driver === undefined ? await engine.schemaOf(spec, options) : await driver.schemaOf(spec.options)
    return { spec, schema }
  }
  const learnt = text
    ? await inferText(spec, engine, options)
    : { spec, schema: withFileName(await engine.schemaOf(spec, options), spec.options as { readonly fileName?: string }) }
  if (typesFile !== false) await checkTypes(learnt.spec, learnt.schema, typesFile)
  return learnt
}

async function inferText(spec: Spec, engine: Engine, options: RunOptions): Promise<Learnt> {
  const { columns: known = [], rename = {} } = spec.options as {
    readonly columns?: readonly string[]
    readonly rename?: Readonly<Record<string, string>>
  }
  const found = await engine.schemaOf(spec, options)
  const before = new Set(known.map(key => rename[key] ?? key))
  const late = found.map(field => field.name).filter(name => !before.has(name))
  const full = spec.kind === 'ndjson' ? withLateKeys(spec, late) : spec
  const names = late.length === 0 ? found : await engine.schemaOf(full, options)
  const texts = await sampled(full, names, engine, options)
  // A key that the first rows lack has its type from the rows that have it.
  const lateNames = names
    .slice(found.length - late.length)
    .filter((_, index) => texts[found.length - late.length + index]?.every(value => value === null))
  for (const field of lateNames) {
    const some = await sampled(full, [field], engine, options, true)
    texts[names.indexOf(field)] = some[0] ?? []
  }
  const learnt = learnTexts(
    full,
    names.map(field => field.name),
    texts,
  )
  const nullable = new Set(lateNames.map(field => field.name))
  return { spec: learnt.spec, schema: learnt.schema.map(field => (nullable.has(field.name) ? { ...field, nullable: true } : field)) }
}

async function sampled(spec: Spec, names: Schema, engine: Engine, options: RunOptions, present = false): Promise<(string | null)[][]> {
  const scan = verbs.scan(spec, names, undefined)
  const some = present ? verbs.dropNulls(scan, { columns: names.map(field => field.name) }, undefined) : scan
  const columns: (string | null)[][] = names.map(() => [])
  let size = 0
  for await (const batch of engine.run(verbs.limit(some, { rows: sampleRows, offset: 0 }, undefined), options)) {
    size += collect(batch, columns)
    if (size > sampleLength) break
  }
  return columns
}

/** Characters that were added. */
function collect(batch: Batch, columns: (string | null)[][]): number {
  let size = 0
  batch.columns.forEach((column, index) => {
    const texts = columns[index]
    if (texts === undefined) return
    for (const text of stringsOf(column)) {
      texts.push(text)
      size += text?.length ?? 0
    }
  })
  return size
}
