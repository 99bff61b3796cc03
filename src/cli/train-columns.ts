/** Which columns are learnt from, as what, and which are left out and why. */
import { didYouMean, TidemillError } from '../errors/index.ts'
import type { ColumnProfile } from '../quality/index.ts'
import { type DataType, type Field, familyOf, isInteger, printType, type Schema } from '../schema/index.ts'
import type { TrainRequest } from './train-request.ts'

export interface FeatureColumn {
  readonly name: string
  readonly nulls: number
  /** Of text: how many different values. */
  readonly categories?: number
}
export interface TrainColumns {
  readonly numbers: readonly FeatureColumn[]
  readonly texts: readonly FeatureColumn[]
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
}

/** More categories than these would make more columns than most tables have rows for. */
const mostCategories = 200
/** A text with fewer values than these is no id, however few rows there are. */
const fewestIds = 10

/** Throws for names on the command line that the file does not have. @throws cli.usage; ml.unknown-target */
export function checkNames(schema: Schema, { target, columns = [], drop }: TrainRequest): void {
  const names = schema.map(field => field.name)
  const have = `(have ${names.join(', ')})`
  if (!names.includes(target)) {
    const hint = didYouMean([target], names)
    throw new TidemillError('ml.unknown-target', `unknown target: ${target} ${have}`, hint === undefined ? {} : { hint })
  }
  const unknown = [...columns, ...drop].filter(name => !names.includes(name))
  if (unknown.length > 0) {
    const hint = didYouMean(unknown, names)
    throw new TidemillError('cli.usage', `unknown column: ${unknown.join(', ')} ${have}`, hint === undefined ? {} : { hint })
  }
  if (drop.includes(target)) throw new TidemillError('cli.usage', `--drop names the target: ${target}`)
}

/** True for what a model can learn from once it is a float64. */
export function isNumber(type: DataType): boolean {
  return familyOf(type) === 'number' || type === 'boolean'
}

/**
 * Sorts the columns: numbers and booleans, texts, and what is left out. Named in `--columns`, a column is taken whatever it looks like.
 *
 * @param profiles of the rows that have a target
 * @throws cli.train when a named column cannot be learnt from, or no column is left
 */
export function trainColumns(schema: Schema, profiles: readonly ColumnProfile[], rows: number, request: TrainRequest): TrainColumns {
  const named = request.columns !== undefined
  const numbers: FeatureColumn[] = []
  const texts: FeatureColumn[] = []
  const leftOut: { column: string; why: string }[] = []
  for (const field of schema) {
    const { name, type } = field
    const profile = profiles.find(one => one.name === name)
    if (name === request.target || profile === undefined) continue
    const why = unlearnable(field, profile) ?? (named ? undefined : useless(field, profile, rows))
    if (why !== undefined) leftOut.push({ column: name, why })
    else if (isNumber(type)) numbers.push({ name, nulls: profile.nulls })
    else texts.push({ name, nulls: profile.nulls, categories: profile.distinct ?? 0 })
  }
  if (named && leftOut.length > 0)
    throw new TidemillError(
      'cli.train',
      `columns that cannot be learnt from: ${leftOut.map(({ column, why }) => `${column} (${why})`).join(', ')}`,
      { hint: 'leave them out of --columns' },
    )
  if (numbers.length + texts.length === 0)
    throw new TidemillError(
      'cli.train',
      leftOut.length === 0
        ? `no column is left to learn from besides the target ${request.target}`
        : `no column is left to learn from: ${leftOut.map(({ column, why }) => `${column} (${why})`).join(', ')}`,
      { hint: 'name the columns to take whatever they look like: --columns a,b' },
    )
  return { numbers, texts, leftOut }
}

function unlearnable({ type }: Field, { count }: ColumnProfile): string | undefined {
  if (familyOf(type) === 'time') return `${printType(type)}: make numbers of it first, such as the year`
  if (!isNumber(type) && familyOf(type) !== 'text') return `${printType(type)} is neither number nor text`
  return count === 0 ? 'no value in any row' : undefined
}

/** Columns that would do harm, or nothing. */
function useless(field: Field, { count, distinct, min, max, nulls }: ColumnProfile, rows: number): string | undefined {
  if (distinct === null) return undefined
  if (distinct === 1 && nulls === 0) return 'the same value in every row'
  const { name, type } = field
  if (familyOf(type) === 'text') {
    if (distinct >= fewestIds && distinct > count / 2) return `like an id: ${distinct} different texts in ${count} rows`
    return distinct > mostCategories ? `${distinct} different texts are too many to make columns of` : undefined
  }
  if (!isInteger(type)) return undefined
  if (distinct < fewestIds || distinct !== rows) return undefined
  const counts = Number(max) - Number(min) === rows - 1
  if (counts) return `a number for each row, ${String(min)} to ${String(max)}`
  return /(^|_)(id|key|index)$/i.test(name) ? 'like an id: another number in each row' : undefined
}
