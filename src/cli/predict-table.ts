/** A file as a model wants it. */
import type { Dataset } from '../dataset/index.ts'
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { Source } from '../plan/index.ts'
import { familyOf, type Field, type OpenRow, printType, type Schema } from '../schema/index.ts'
import type { Session } from '../session/index.ts'
import { tellLeftOut } from './left-out.ts'
import { whileWidening } from './while-widening.ts'

export interface Predicted {
  /** The rows with the columns of the model. */
  readonly data: Dataset<OpenRow>
  /** The same rows as they were read. */
  readonly read: Dataset<OpenRow>
  readonly notes: readonly string[]
}

/**
 * Reads a file and predicts every row, once. Columns of a text file are read as the types that the model learnt from: codes such as 007 stay text where it
 * knows them as text.
 *
 * @throws ml.missing-feature; schema.misfit naming row and value where a number is wanted and a text is there; plan.duplicate-column
 */
export async function predictTable(tm: Session, source: Source<OpenRow>, model: AnyModel, signal: AbortSignal): Promise<Predicted> {
  const found = await tm.read(source)
  tellLeftOut(found)
  checkColumns(found.schema, model)
  const { schema, pinned } = asLearnt(found.schema, source.kind === 'parquet' ? [] : model.needs)
  const file = pinned.size === 0 ? found : await tm.read<OpenRow>({ ...source, options: { ...source.options, schema } })
  const whole = await whileWidening(
    tm,
    source,
    file,
    async data => (await asKinds(data, model).cache({ signal })) as Dataset<OpenRow>,
    pinned,
  ).catch((error: unknown) => {
    throw inWordsOfModel(error)
  })
  const read = whole.answer
  return { read, data: (await read.transform(model).cache({ signal })) as Dataset<OpenRow>, notes: whole.notes }
}

/** Nobody declares a column here: it is the model that wants its type. */
function inWordsOfModel(error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'schema.misfit') return error
  const hint = 'the model learnt from another type in this column; correct the file, or empty the field where the model fills gaps'
  return new TidemillError(error.code, error.message, { hint, details: error.details, cause: error })
}

function checkColumns(have: Schema, model: AnyModel): void {
  const names = have.map(field => field.name)
  const missing = model.features.filter(name => !names.includes(name))
  const others = names.filter(name => !model.features.includes(name))
  if (missing.length > 0)
    throw new TidemillError('ml.missing-feature', `missing column: ${missing.join(', ')} (have ${names.join(', ')})`, {
      hint: didYouMean(missing.slice(0, 5), others) ?? `the model reads ${model.features.join(', ')}`,
      details: { missing },
    })
  const written = model.role === 'transformer' ? [] : model.adds.map(field => field.name).filter(name => names.includes(name))
  if (written.length > 0)
    throw new TidemillError('plan.duplicate-column', `the file has a column that the model writes: ${written.join(', ')}`, {
      hint: 'rename it in the file, or leave it out',
      details: { columns: written },
    })
}

/** Columns of a text file, those of the model with its types where theirs are of another family. */
function asLearnt(have: Schema, needs: Schema): { readonly schema: Schema; readonly pinned: ReadonlySet<string> } {
  const pinned = new Set<string>()
  const schema = have.map(field => {
    const need = needs.find(one => one.name === field.name)
    if (need === undefined || fits(field, need)) return field
    pinned.add(field.name)
    return { name: field.name, type: familyOf(need.type) === 'text' ? ('string' as const) : need.type, nullable: true }
  })
  return { schema, pinned }
}

function fits(field: Field, need: Field): boolean {
  const [mine, theirs] = [familyOf(field.type), familyOf(need.type)]
  return mine === theirs || (theirs === 'number' && mine === 'boolean')
}

/** What a typed file has otherwise: decimals and numbers for text are cast, all else is for the model to refuse. */
function asKinds(data: Dataset<OpenRow>, model: AnyModel): Dataset<OpenRow> {
  const casts: (readonly [string, 'float64' | 'string'])[] = []
  for (const need of model.needs) {
    const field = data.schema.find(one => one.name === need.name)
    if (field === undefined) continue
    if (familyOf(need.type) === 'text' && ['number', 'boolean'].includes(familyOf(field.type))) casts.push([field.name, 'string'])
    else if (familyOf(need.type) !== 'text' && (isDecimal(field) || field.type === 'null')) casts.push([field.name, 'float64'])
    else if (!fits(field, need))
      throw new TidemillError(
        'ml.not-numeric',
        `column of another type: ${field.name} is ${printType(field.type)}, the model learnt from ${printType(need.type)}`,
      )
  }
  return casts.length === 0 ? data : data.withColumns(r => Object.fromEntries(casts.map(([name, to]) => [name, r[name].cast(to)])))
}

function isDecimal({ type }: Field): boolean {
  return typeof type === 'object' && 'decimal' in type
}
