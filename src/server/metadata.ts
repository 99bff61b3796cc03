import type { AnyModel } from '../ml/index.ts'
import type { Field } from '../schema/index.ts'
import { datatypeOf } from './datatype.ts'
import type { ServedModel } from './model-source.ts'

/** The description of one input or output in the Open Inference Protocol; -1 stands for any number of rows. */
export interface TensorMetadata {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** The description of a model: a tensor a feature, a tensor a column it adds. @throws server.tensor for a column no tensor can hold */
export function metadataOf({ name, version, aliases = [], model }: ServedModel, versions: readonly string[]): object {
  return {
    name,
    versions,
    platform: 'tidemill',
    inputs: model.needs.map(inputOf),
    outputs: model.adds.map(field => outputOf(field, model)),
    parameters: { version, aliases, kind: model.kind, role: model.role, ...(model.target === undefined ? {} : { target: model.target }) },
  }
}

function inputOf(field: Field): TensorMetadata {
  const parameters = {
    ...(field.nullable ? { nullable: true } : {}),
    ...(typeof field.type === 'object' && 'enum' in field.type ? { values: field.type.enum } : {}),
  }
  return { name: field.name, datatype: datatypeOf(field), shape: [-1], ...(Object.keys(parameters).length === 0 ? {} : { parameters }) }
}

function outputOf(field: Field, model: AnyModel): TensorMetadata {
  const list = typeof field.type === 'object' && 'list' in field.type
  return {
    name: field.name,
    datatype: datatypeOf(field),
    shape: list ? [-1, model.classes?.length ?? -1] : [-1],
    ...(list && model.classes !== undefined ? { parameters: { classes: model.classes } } : {}),
  }
}
