/** The rows to learn from: read once, whole, and looked at. */
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import { count } from '../expr/index.ts'
import type { Source } from '../plan/index.ts'
import { type ColumnProfile, profile } from '../quality/index.ts'
import { type Field, fieldNamed, type OpenRow, printType, type Schema } from '../schema/index.ts'
import type { Session } from '../session/index.ts'
import { tellLeftOut } from './left-out.ts'
import { checkNames } from './train-columns.ts'
import type { TrainRequest } from './train-request.ts'
import { whileWidening } from './while-widening.ts'

export interface TrainTable {
  /** The rows that have a target, with the columns that may be learnt from. */
  readonly data: Dataset<OpenRow>
  readonly schema: Schema
  readonly profiles: readonly ColumnProfile[]
  /** Rows that have a target. */
  readonly rows: number
  /** Rows without one. */
  readonly missing: number
  /** Columns of the file. */
  readonly columns: number
  /** What was read otherwise than the file has it. */
  readonly notes: readonly string[]
}

/**
 * Reads a file into the engine and profiles the rows that can be learnt from.
 *
 * @throws cli.usage, ml.unknown-target for names that are not there, before the file is read whole; what reading throws
 */
export async function trainTable(tm: Session, source: Source<OpenRow>, request: TrainRequest, signal: AbortSignal): Promise<TrainTable> {
  const file = await tm.read(source)
  tellLeftOut(file)
  checkNames(file.schema, request)
  const whole = await whileWidening(tm, source, file, data => taken(data, request).cache({ signal }))
  const cached = whole.answer
  const target = fieldNamed(cached.schema, request.target) as Field
  const decimals = cached.schema.filter(({ type }) => typeof type === 'object' && 'decimal' in type)
  const data = labelled(asFloats(cached, decimals), target)
  const { rows, columns } = await profile(data, { signal })
  return {
    data,
    schema: data.schema,
    profiles: await withNans(data, columns, signal),
    rows,
    missing: (await cached.count({ signal })) - rows,
    columns: whole.schema.length,
    notes: [
      ...whole.notes.map(note => `type changed, as the first rows did not tell it: ${note}`),
      ...decimals.map(({ name, type }) => `${name}: ${printType(type)} is learnt from as float64`),
    ],
  }
}

/** NaN counts as NULL here, as it does for an imputer; infinite values cannot be learnt from. @throws cli.train naming the columns that have some */
async function withNans(
  data: Dataset<OpenRow>,
  profiles: readonly ColumnProfile[],
  signal: AbortSignal,
): Promise<readonly ColumnProfile[]> {
  const floats = data.schema.filter(field => field.type === 'float64')
  if (floats.length === 0) return profiles
  const [found] = await data
    .agg(r =>
      Object.fromEntries(
        floats.flatMap(({ name }, i) => [
          [`nan${i}`, count().where(r[name].isNan())],
          [`infinite${i}`, count().where(r[name].abs().eq(Number.POSITIVE_INFINITY))],
        ]),
      ),
    )
    .rows({ signal })
  const counted = new Map(
    floats.map(({ name }, i) => [name, { nan: Number(found?.[`nan${i}`]), infinite: Number(found?.[`infinite${i}`]) }]),
  )
  const infinite = [...counted].filter(([, counts]) => counts.infinite > 0)
  if (infinite.length > 0)
    throw new TidemillError(
      'cli.train',
      `columns with infinite values: ${infinite.map(([name, counts]) => `${name} (${counts.infinite})`).join(', ')}`,
      {
        hint: 'leave them out with --drop, or mend the file',
      },
    )
  return profiles.map(profile => {
    const nan = counted.get(profile.name)?.nan ?? 0
    return nan === 0 ? profile : { ...profile, count: profile.count - nan, nulls: profile.nulls + nan }
  })
}

function taken(data: Dataset<OpenRow>, { target, columns, drop }: TrainRequest): Dataset<OpenRow> {
  const names = (columns ?? data.schema.map(field => field.name)).filter(name => name !== target && !drop.includes(name))
  return data.select(...names, target)
}

/** Decimals keep digits that learning has no use for. */
function asFloats(data: Dataset<OpenRow>, decimals: Schema): Dataset<OpenRow> {
  if (decimals.length === 0) return data
  return data.withColumns(r => Object.fromEntries(decimals.map(({ name }) => [name, r[name].cast('float64')])))
}

/** The rows that have a target; NaN is none. */
function labelled(data: Dataset<OpenRow>, { name, type }: Field): Dataset<OpenRow> {
  const known = data.dropNulls(name)
  return type === 'float64' ? known.filter(r => r[name].isNan().not()) : known
}
