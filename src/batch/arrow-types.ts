import type * as Flechette from '@uwdata/flechette'
import { TidemillError } from '../errors/index.ts'
import { type DataType, type Field, isInt64, type Schema, storageOf } from '../schema/index.ts'
import { registerCodecs } from './arrow-codecs.ts'

/** The Arrow library, loaded at first use: programs that never touch Arrow do not pay for it. */
export async function flechette(): Promise<typeof Flechette> {
  const arrow = await import('@uwdata/flechette')
  registerCodecs(arrow)
  return arrow
}

/** The key of the field metadata that keeps what Arrow has no word for: `bigint`, the texts of an enum. */
const typeKey = 'tidemill.type'

/** The Arrow field of a field. */
export function arrowField(arrow: typeof Flechette, field: Field): Flechette.Field {
  return { name: field.name, type: arrowType(arrow, field.type), nullable: field.nullable, metadata: metadataOf(field.type) }
}

function arrowType(arrow: typeof Flechette, type: DataType): Flechette.DataType {
  if (typeof type === 'object') {
    if ('decimal' in type) return arrow.decimal128(type.decimal[0], type.decimal[1])
    if ('list' in type) return arrow.list(arrowField(arrow, { name: 'item', type: type.list, nullable: true }))
    if ('struct' in type) return arrow.struct(type.struct.map(field => arrowField(arrow, field)))
    if ('map' in type) {
      const [key, value] = type.map
      return arrow.map(
        arrowField(arrow, { name: 'key', type: key, nullable: false }),
        arrowField(arrow, { name: 'value', type: value, nullable: true }),
      )
    }
    return arrow.utf8()
  }
  switch (type) {
    case 'boolean':
      return arrow.bool()
    case 'int8':
      return arrow.int8()
    case 'int16':
      return arrow.int16()
    case 'int32':
      return arrow.int32()
    case 'int64':
    case 'bigint':
      return arrow.int64()
    case 'uint8':
      return arrow.uint8()
    case 'uint16':
      return arrow.uint16()
    case 'uint32':
      return arrow.uint32()
    case 'uint64':
      return arrow.uint64()
    case 'float32':
      return arrow.float32()
    case 'float64':
      return arrow.float64()
    case 'string':
    case 'json':
    case 'uuid':
      return arrow.utf8()
    case 'bytes':
      return arrow.binary()
    case 'date':
      return arrow.dateDay()
    case 'time':
      return arrow.timeMicrosecond()
    case 'interval':
      return arrow.interval(arrow.IntervalUnit.MONTH_DAY_NANO)
    case 'datetime':
      return arrow.timestamp(arrow.TimeUnit.MICROSECOND, null)
    case 'timestamp':
      return arrow.timestamp(arrow.TimeUnit.MICROSECOND, 'UTC')
    case 'null':
    case 'unknown':
      return arrow.nullType()
  }
}

function metadataOf(type: DataType): Map<string, string> {
  const kept = typeof type === 'string' ? keptNames.has(type) : 'enum' in type
  return new Map([
    ...(kept ? [[typeKey, JSON.stringify(type)] as const] : []),
    ...(type === 'json' ? [[extensionKey, 'arrow.json'] as const] : []),
  ])
}

/** Types that Arrow has no word for. */
const keptNames: ReadonlySet<DataType> = new Set(['bigint', 'json', 'uuid'])
/** Where Arrow names types that are kept as another one. */
const extensionKey = 'ARROW:extension:name'

/** The fields of an Arrow schema. */
export function fieldsOf(arrow: typeof Flechette, fields: readonly Flechette.Field[]): Schema {
  return fields.map(field => ({ name: field.name, type: typeOfArrow(arrow, field), nullable: field.nullable }))
}

/** Our type for an Arrow field. @throws schema.unknown-type for unions and what else columns do not have */
export function typeOfArrow(arrow: typeof Flechette, field: Flechette.Field): DataType {
  const type = plainType(arrow, field.type, field.name)
  const extension = field.metadata?.get(extensionKey)
  if (extension === 'arrow.uuid' && isUuidBytes(arrow, field.type)) return 'uuid'
  if (extension === 'arrow.json' && type === 'string') return 'json'
  const own = keptType(field.metadata?.get(typeKey))
  if (own === undefined) return type
  const fits = own === 'bigint' ? isInt64(type) : storageOf(own) === storageOf(type)
  return fits ? own : type
}

/** UUIDs as others write them: 16 bytes. */
export function isUuidBytes(arrow: typeof Flechette, type: Flechette.DataType): boolean {
  return type.typeId === arrow.Type.FixedSizeBinary && type.stride === 16
}

/** What we wrote ourselves; anything else in its place is left alone. */
function keptType(text: string | undefined): DataType | undefined {
  if (text === undefined) return undefined
  try {
    const own = JSON.parse(text) as unknown
    if (typeof own === 'string') return keptNames.has(own as DataType) ? (own as DataType) : undefined
    const texts = (own as { readonly enum?: unknown } | null)?.enum
    return Array.isArray(texts) && texts.every(item => typeof item === 'string') ? { enum: texts } : undefined
  } catch {
    // The note is of somebody else who took the same key: the type of Arrow stands.
    return undefined
  }
}

function plainType(arrow: typeof Flechette, type: Flechette.DataType, column: string): DataType {
  const { Type } = arrow
  // Types that columns do not have share one error.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (type.typeId) {
    case Type.Null:
      return 'null'
    case Type.Bool:
      return 'boolean'
    case Type.Int:
      return `${type.signed ? '' : 'u'}int${type.bitWidth}`
    case Type.Float:
      return type.precision === arrow.Precision.DOUBLE ? 'float64' : 'float32'
    case Type.Time:
      return 'time'
    case Type.Interval:
    case Type.Duration:
      return 'interval'
    case Type.Map: {
      const entries = type.children[0].type
      const [key, value] = 'children' in entries ? (entries.children as readonly Flechette.Field[]) : []
      if (key !== undefined && value !== undefined) return { map: [typeOfArrow(arrow, key), typeOfArrow(arrow, value)] }
      throw new TidemillError('batch.corrupt', `a map without keys and values: column ${column}`)
    }
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return 'bytes'
    case Type.Decimal:
      return { decimal: [Math.min(38, type.precision), type.scale] }
    case Type.Date:
      return 'date'
    case Type.Timestamp:
      return type.timezone === null || type.timezone === '' ? 'datetime' : 'timestamp'
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
    case Type.ListView:
    case Type.LargeListView:
      return { list: typeOfArrow(arrow, type.children[0] as Flechette.Field) }
    case Type.Struct:
      return { struct: fieldsOf(arrow, type.children) }
    case Type.Dictionary:
      return plainType(arrow, type.dictionary, column)
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'string'
    default:
      throw new TidemillError('schema.unknown-type', `unknown type: Arrow type ${nameOf(arrow, type.typeId)} of column ${column}`, {
        hint: 'cast it to text or numbers where the data is written',
      })
  }
}

function nameOf(arrow: typeof Flechette, typeId: number): string {
  return Object.entries(arrow.Type).find(([, id]) => id === typeId)?.[0] ?? String(typeId)
}
