import type { Spec } from '../plan/index.ts'
import { camelCase, type Schema } from '../schema/index.ts'
import { isJsonColumn, inferJson } from './infer-json.ts'
import type { PreparedCsv } from './prepare-source.ts'
import { declaredForms, inferForms, type TextOptions } from './text-values.ts'

/** A source and its columns. */
export interface LearntTexts {
  readonly spec: Spec
  readonly schema: Schema
}
type TextFileOptions = PreparedCsv & TextOptions & { readonly schema?: Schema; readonly names?: 'camelCase'; readonly fileName?: string }

/**
 * The columns of a source whose schema is declared: those, and that of file names where it is asked for.
 */
export function declaredTexts(spec: Spec, schema: Schema): LearntTexts {
  const options = spec.options as TextFileOptions
  const forms = spec.kind === 'csv' ? declaredForms(options, schema) : {}
  return { spec: withOptions(spec, Object.keys(forms).length === 0 ? {} : { forms }), schema: withFileName(schema, options) }
}

/** The source with keys that were found after its first ones. */
export function withLateKeys(spec: Spec, keys: readonly string[]): Spec {
  const { columns, rename, names } = spec.options as TextFileOptions
  const late = keys.filter(key => !columns.includes(key))
  if (late.length === 0) return spec
  const shown = Object.fromEntries(late.map(key => [key, names === 'camelCase' ? camelCase(key) : key]))
  return withOptions(spec, { columns: [...columns, ...late], rename: { ...rename, ...shown } })
}

/**
 * The columns of a text file and how their values are written, out of sampled texts; then those that folders and file names give.
 *
 * @param names of the sampled columns, as shown
 */
export function learnTexts(spec: Spec, names: readonly string[], columns: readonly (readonly (string | null)[])[]): LearntTexts {
  const options = spec.options as TextFileOptions
  const { schema, forms } = spec.kind === 'csv' ? inferForms(options, names, columns) : { ...inferForms({}, names, columns), forms: {} }
  const nested = schema.map((field, index) => {
    const texts = columns[index] ?? []
    return spec.kind === 'ndjson' && field.type === 'string' && isJsonColumn(texts) ? { ...field, type: inferJson(texts) } : field
  })
  const folders = (options.partitionFields ?? []).filter(field => nested.every(one => one.name !== field.name))
  return {
    spec: withOptions(spec, Object.keys(forms).length === 0 ? {} : { forms }),
    schema: withFileName([...nested, ...folders], options),
  }
}

/** The column of file names stands at the end; verbs tell when another has its name. */
export function withFileName(schema: Schema, { fileName }: { readonly fileName?: string }): Schema {
  return Object.freeze(fileName === undefined ? schema : [...schema, { name: fileName, type: 'string', nullable: false } as const])
}

/** A description with more options; the same where there are none. */
export function withOptions(spec: Spec, more: object): Spec {
  return Object.keys(more).length === 0 ? spec : Object.freeze({ ...spec, options: Object.freeze({ ...spec.options, ...more }) })
}
