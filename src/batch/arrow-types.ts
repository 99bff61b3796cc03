import type * as Flechette from '@uwdata/flechette'
import { TidemillError } from '../errors/index.ts'
import { type DataType, type Field, isInt64, itemType, printType, type Schema, storageOf } from '../schema/index.ts'
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
    if ('map' in type) return arrow.list(arrowField(arrow, { name: 'item', type: itemType(type) ?? 'null', nullable: true }))
    return arrow.utf8()
  }
  switch (type) {
    case 'boolean':
      return arrow.bool()
    case 'int8':
    case 'int16':
    case 'uint8':
    case 'uint16':
    case 'int32':
      return arrow.int32()
    case 'uint32':
    case 'int64':
    case 'bigint':
      return arrow.int64()
    case 'uint64':
      return arrow.decimal128(20, 0)
    case 'float32':
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
      throw noArrow(type)
    case 'datetime':
      return arrow.timestamp(arrow.TimeUnit.MICROSECOND, null)
    case 'timestamp':
      return arrow.timestamp(arrow.TimeUnit.MICROSECOND, 'UTC')
    case 'null':
    case 'unknown':
      return arrow.nullType()
  }
}

function noArrow(type: DataType): TidemillError {
  return new TidemillError('schema.unknown-type', `no Arrow type for columns of ${printType(type)}`, { hint: "cast it: .cast('string')" })
}

function metadataOf(type: DataType): Map<string, string> {
  const kept = typeof type === 'string' ? keptNames.has(type) : 'enum' in type || 'map' in type
  return new Map(kept ? [[typeKey, JSON.stringify(type)]] : [])
}

/** Types that Arrow has no word for, or that are written in a wider form. */
const keptNames: ReadonlySet<DataType> = new Set(['bigint', 'int8', 'int16', 'uint8', 'uint16', 'uint32', 'uint64', 'float32', 'json', 'uuid'])

/** The fields of an Arrow schema. */
export function fieldsOf(arrow: typeof Flechette, fields: readonly Flechette.Field[]): Schema {
  return fields.map(field => ({ name: field.name, type: typeOfArrow(arrow, field), nullable: field.nullable }))
}

/** Our type for an Arrow field. @throws schema.unknown-type for unions, maps, times of day, durations and intervals */
export function typeOfArrow(arrow: typeof Flechette, field: Flechette.Field): DataType {
  const kept = field.metadata?.get(typeKey)
  const type = plainType(arrow, field.type, field.name)
  if (kept === undefined) return type
  const own = JSON.parse(kept) as DataType
  const fits = isInt64(own) ? isInt64(type) : storageOf(own) === storageOf(type)
  return fits ? own : type
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
      return type.bitWidth < 32 || (type.bitWidth === 32 && type.signed) ? 'int32' : 'int64'
    case Type.Float:
      return 'float64'
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
