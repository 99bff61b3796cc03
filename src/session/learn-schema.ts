import { type Batch, stringsOf } from '../batch/index.ts'
import type { Engine, Host, SourceDriver, Spec } from '../plan/index.ts'
import { verbs } from '../plan/index.ts'
import { inferSchema, type Schema } from '../schema/index.ts'
import { checkTypes } from './check-types.ts'

/** Rows of a text file that are read to find the types of its columns. A value further down that does not fit is an error with its row. */
export const sampleRows = 20_000

/** A source that says all it needs to be read, and its columns. */
export interface Learnt {
  readonly spec: Spec
  readonly schema: Schema
}

/**
 * Finds the columns of a source.
 *
 * A declared schema is taken as it is. Text formats are read as text and their types found by `schema`, the same on every engine; typed formats
 * are asked through the engine; what only a driver can open tells through the driver.
 */
export async function learnSchema(spec: Spec, engine: Engine, host: Host, typesFile: string | false): Promise<Learnt> {
  const declared = (spec.options as { readonly schema?: Schema }).schema
  const text = spec.kind === 'csv' || spec.kind === 'ndjson'
  if (declared !== undefined) return { spec, schema: declared }
  if (engine.capabilities.sources[spec.kind] !== 'native') {
    const driver = spec.code === undefined ? undefined : ((await host.load(spec.code)) as SourceDriver)
    const schema = driver === undefined ? await engine.schemaOf(spec) : await driver.schemaOf(spec.options)
    return { spec, schema }
  }
  const schema = text ? await inferText(spec, engine) : await engine.schemaOf(spec)
  if (typesFile !== false) await checkTypes(spec, schema, typesFile)
  return { spec, schema }
}

async function inferText(spec: Spec, engine: Engine): Promise<Schema> {
  const names = await engine.schemaOf(spec)
  const plan = verbs.limit(verbs.scan(spec, names, undefined), { rows: sampleRows, offset: 0 }, undefined)
  const columns: (string | null)[][] = names.map(() => [])
  for await (const batch of engine.run(plan)) collect(batch, columns)
  return inferSchema(
    names.map(field => field.name),
    columns,
  )
}

function collect(batch: Batch, columns: (string | null)[][]): void {
  batch.columns.forEach((column, index) => {
    const texts = columns[index]
    if (texts === undefined) return
    for (const text of stringsOf(column)) texts.push(text)
  })
}
