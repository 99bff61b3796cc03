import { showing } from '../display/index.ts'
import { callSite, TidemillError } from '../errors/index.ts'
import { type Relation, type Transform, verbs } from '../plan/index.ts'
import { type Field, printType, type Schema } from '../schema/index.ts'
import { describeModel } from './describe-model.ts'
import { evaluateModel } from './evaluate.ts'
import { kindNamed, type Role } from './kinds/index.ts'
import { expressions, type ModelData } from './model-data.ts'
import { modelSelect, modelSql } from './model-sql.ts'
import { modelCode } from './revive.ts'
import { saveModel } from './save-model.ts'
import { isLearnable } from './source.ts'
import type { Model, SqlDialect } from './types.ts'

/** The methods around the data of a model. */
export function makeModel(data: ModelData): Model<Role, object, object> {
  const kind = kindNamed(data.kind)
  const role = kind.role(data.state)
  const made: Model<Role, Readonly<Record<string, unknown>>, object> = {
    ...stepOf(data, data.features),
    role,
    features: Object.freeze(data.features.map(field => field.name)),
    target: data.target?.name,
    rows: data.rows,
    transform(relation: Relation<unknown>): never {
      const { plan } = relation
      const step = plan.open ? stepOf(data, data.features) : stepOf(data, fieldsFor(data, plan.fields))
      // The row type of what comes out follows from the types of `transform`.
      return relation.derive(verbs.transform(plan, { step }, callSite())) as never
    },
    predict: row => predictRow(data, row),
    evaluate: (relation: Relation<unknown>, options: { readonly signal?: AbortSignal | undefined } = {}) =>
      evaluateModel(data, relation, options) as Promise<never>,
    toSql: (dialect: SqlDialect = 'duckdb') => modelSql(data, dialect),
    toSelect: (table: string, dialect: SqlDialect = 'duckdb') => modelSelect(data, table, dialect),
    toJson: () => modelJson(data),
    save: (path, options = {}) => saveModel(data, path, options),
    ...showing(() => describeModel(data)),
  }
  return Object.freeze(made) as unknown as Model<Role, object, object>
}

/** The model as a step of a plan over columns of these types; NULLs in them make NULLs. */
function stepOf(data: ModelData, fields: Schema): Transform {
  const kind = kindNamed(data.kind)
  const nullable = fields.some(field => field.nullable)
  return {
    kind: data.kind,
    state: Object.freeze({ kind: data.kind, state: data.state }),
    needs: fields,
    adds: kind.outputs(data.state).map(name => {
      const own = fields.find(field => field.name === name)
      return { name, type: 'float64', nullable: kind.role(data.state) === 'transformer' && own !== undefined ? own.nullable : nullable }
    }),
    steps: () => [Object.fromEntries(expressions(data, fields))],
    code: modelCode,
  }
}

/** The features as the data have them. @throws ml.missing-feature, ml.not-numeric */
function fieldsFor(data: ModelData, have: Schema): Schema {
  const found = data.features.map(feature => have.find(field => field.name === feature.name))
  const missing = data.features.filter((_, i) => found[i] === undefined)
  if (missing.length > 0)
    throw new TidemillError(
      'ml.missing-feature',
      `missing feature: ${missing.map(field => field.name).join(', ')} (have ${have.map(field => field.name).join(', ')})`,
      { details: { missing: missing.map(field => field.name) } },
    )
  const fields = found as Field[]
  const wrong = fields.filter(field => !isLearnable(field.type))
  if (wrong.length > 0)
    throw new TidemillError(
      'ml.not-numeric',
      `columns that are no numbers: ${wrong.map(field => `${field.name} (${printType(field.type)})`).join(', ')}`,
    )
  return fields
}

function predictRow(data: ModelData, row: Readonly<Record<string, unknown>>): object {
  const columns = new Map<string, Float64Array>()
  const missing: string[] = []
  const wrong: string[] = []
  for (const { name } of data.features) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (value === null || value === undefined) missing.push(name)
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      columns.set(name, Float64Array.of(Number(value)))
    else wrong.push(`${name} (${typeof value})`)
  }
  if (missing.length > 0)
    throw new TidemillError('ml.missing-feature', `missing feature: ${missing.join(', ')} (have ${Object.keys(row).join(', ')})`, {
      details: { missing },
    })
  if (wrong.length > 0) throw new TidemillError('ml.not-numeric', `features that are no numbers: ${wrong.join(', ')}`)
  const out = kindNamed(data.kind).predict(data.state, columns, 1)
  return Object.fromEntries([...out].map(([name, values]) => [name, values[0]]))
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
