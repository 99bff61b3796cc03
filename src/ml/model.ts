import { showing } from '../display/index.ts'
import { callSite, TidemillError } from '../errors/index.ts'
import { type Relation, type Transform, verbs } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { checkText, named } from './check-arguments.ts'
import { featureFields } from './check-features.ts'
import { checkRelation } from './check-relation.ts'
import { describeModel } from './describe-model.ts'
import { evaluateModel } from './evaluate.ts'
import { kindNamed, type Role, type Values } from './kinds/index.ts'
import { expressions, type ModelData } from './model-data.ts'
import { modelSelect, modelSql } from './model-sql.ts'
import { modelCode } from './revive.ts'
import { saveModel } from './save-model.ts'
import type { Model, SqlDialect } from './types.ts'
import { isText, rowOfValues } from './values.ts'

/** The methods around the data of a model. */
export function makeModel(data: ModelData): Model<Role, object, object> {
  const kind = kindNamed(data.kind)
  const role = kind.role(data.state)
  const made: Model<Role, Readonly<Record<string, unknown>>, object> = {
    ...stepOf(data, data.features),
    needs: needsOf(data),
    role,
    features: Object.freeze(data.features.map(field => field.name)),
    target: data.target?.name,
    classes: kind.role(data.state) === 'classifier' ? kind.classes?.(data.state) : undefined,
    importance: importanceOf(data),
    rows: data.rows,
    transform(relation: Relation<unknown>): never {
      checkRelation(relation, 'transform', 'model.transform(houses)')
      const { plan } = relation
      const step = plan.open ? stepOf(data, data.features) : stepOf(data, featureFields(data.features, plan.fields))
      // The row type of what comes out follows from the types of `transform`.
      return relation.derive(verbs.transform(plan, { step }, callSite())) as never
    },
    predict: row => predictRow(data, row),
    evaluate: (relation: Relation<unknown>, options: { readonly signal?: AbortSignal | undefined } = {}) =>
      evaluateModel(data, relation, options) as Promise<never>,
    toSql: (dialect: SqlDialect = 'duckdb') => modelSql(data, dialect),
    toSelect(table: string, dialect: SqlDialect = 'duckdb') {
      checkText('toSelect', table, 'the name of a table')
      return modelSelect(data, table, dialect)
    },
    toJson: () => modelJson(data),
    async save(path, options = {}) {
      checkText('save', path, 'a path')
      await saveModel(data, path, options)
    },
    ...showing(() => describeModel(data)),
  }
  return Object.freeze(made) as unknown as Model<Role, object, object>
}

/** How much each feature mattered while learning, by name. */
function importanceOf(data: ModelData): Readonly<Record<string, number>> | undefined {
  const found = kindNamed(data.kind).importance?.(data.state)
  return found === undefined ? undefined : Object.freeze(Object.fromEntries(data.features.map((field, i) => [field.name, found[i] ?? 0])))
}

/** The features, each nullable where the model fills a NULL, or has learnt from rows with one. */
function needsOf(data: ModelData): Schema {
  const filled = new Set(kindNamed(data.kind).fills?.(data.state))
  return Object.freeze(data.features.map(field => (filled.has(field.name) ? { ...field, nullable: true } : field)))
}

/** The model as a step of a plan over columns of these types; NULLs in them make NULLs where the model does not fill them. */
function stepOf(data: ModelData, fields: Schema): Transform {
  const kind = kindNamed(data.kind)
  const filled = new Set(kind.fills?.(data.state))
  const free = fields.filter(field => !filled.has(field.name))
  // A label cannot be NaN: where a feature is, it is NULL.
  const mayBeNan = kind.role(data.state) === 'classifier' && free.some(field => field.type === 'float64')
  const nullable = mayBeNan || free.some(field => field.nullable)
  const outputs = kind.outputs(data.state)
  const written = expressions(data, fields)
  // All or nothing: what cannot be written wholly as expressions runs as `predict` beside the engine.
  const whole = written !== undefined && outputs.every(({ name }) => written.has(name))
  return {
    kind: data.kind,
    state: Object.freeze({ kind: data.kind, state: data.state }),
    needs: fields,
    adds: outputs.map(({ name, type }) => ({ name, type, nullable: whole ? (written.get(name)?.nullable ?? nullable) : nullable })),
    ...(whole ? { steps: () => [Object.fromEntries(written)] } : {}),
    code: modelCode,
  }
}

function predictRow(data: ModelData, row: Readonly<Record<string, unknown>>): object {
  if (typeof row !== 'object' || row === null || Array.isArray(row) || 'engine' in row) throw noRow(data, row)
  const kind = kindNamed(data.kind)
  const labels = kind.role(data.state) === 'classifier'
  const columns = new Map<string, Values>()
  const filled = new Set(kind.fills?.(data.state))
  const missing: string[] = []
  const wrong: string[] = []
  for (const { name, type } of data.features) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    const text = isText(type)
    if (value === null && filled.has(name)) columns.set(name, text ? { codes: Int32Array.of(-1), values: [] } : Float64Array.of(Number.NaN))
    else if (value === null || value === undefined) missing.push(name)
    // As in a table: of NaN a number may be made, but no label.
    else if (labels && Number.isNaN(value) && !filled.has(name)) missing.push(`${name} (NaN)`)
    else if (text && typeof value === 'string') columns.set(name, { codes: Int32Array.of(0), values: [value] })
    else if (!text && (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'))
      columns.set(name, Float64Array.of(Number(value)))
    else wrong.push(`${name} (${typeof value}, not ${text ? 'text' : 'a number'})`)
  }
  if (missing.length > 0)
    throw new TidemillError('ml.missing-feature', `missing feature: ${missing.join(', ')} (have ${Object.keys(row).join(', ')})`, {
      details: { missing },
    })
  if (wrong.length > 0) throw new TidemillError('ml.not-numeric', `features of the wrong type: ${wrong.join(', ')}`)
  return rowOfValues(kind.outputs(data.state), kind.predict(data.state, columns, 1), 0)
}

function noRow({ features }: ModelData, row: unknown): TidemillError {
  const names = features.slice(0, 3).map(field => `${field.name}: ...`)
  return new TidemillError('ml.missing-feature', `predict wants a row, not ${named(row)}`, {
    hint: `predict({ ${names.join(', ')}${features.length > 3 ? ', ...' : ''} }); of a table: model.transform(table)`,
  })
}

/** All of a model as JSON, its numbers in place. */
function modelJson(data: ModelData): object {
  const kind = kindNamed(data.kind)
  const { json, tensors } = kind.store(data.state)
  return {
    format: 'tidemill.model',
    version: 1,
    kind: data.kind,
    role: kind.role(data.state),
    features: data.features,
    target: data.target ?? null,
    rows: data.rows,
    state: json,
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, { shape: tensor.shape, values: [...tensor.values] }]),
    ),
  }
}
