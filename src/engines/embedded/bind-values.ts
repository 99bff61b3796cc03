import { TidemillError } from '../../errors/index.ts'
import { type LiteralNode, literalValue } from '../../expr/index.ts'
import { clockText, printType } from '../../schema/index.ts'
import { duckdb } from '../../sql/index.ts'

const parameter =
  /\{"class":"PARAMETER","type":"VALUE_PARAMETER","alias":("(?:[^"\\]|\\.)*"),"query_location":(\d+),"identifier":("(?:[^"\\]|\\.)*")\}/g

/**
 * The JSON of a statement with the values in the places of `$1`, `$2`, ...: constants of the tree, so that no value can be anything else, whatever is in it. A quote
 * inside of a JSON text is escaped, so only parameters match.
 *
 * @throws engine.sql for a parameter without a value, and for a value that stands inside a text or a name
 */
export function bindValues(json: string, values: readonly LiteralNode[]): string {
  const missing = new Set(values.keys())
  const bound = json.replaceAll(parameter, (_, alias: string, at: string, identifier: string) => {
    const name = JSON.parse(identifier) as string
    const index = /^[1-9]\d*$/.test(name) ? Number(name) - 1 : -1
    const value = values[index]
    if (value === undefined)
      throw new TidemillError('engine.sql', `parameter without a value: $${name}`, {
        hint: 'values stand in the gaps of the template: tm.sql`select * from ${houses} where price > ${100}`',
      })
    missing.delete(index)
    return constantOf(value, alias, at)
  })
  const [lost] = missing
  if (lost === undefined) return bound
  throw new TidemillError('engine.sql', `value ${lost + 1} of the SQL text stands inside a text or a name, where nothing is bound`, {
    hint: 'leave the quotes out: where city = ${city}; of a name: sql.id(name)',
  })
}

function constantOf(node: LiteralNode, alias: string, at: string): string {
  const { type } = node
  const text = textOf(node)
  const constant = (own: string): string =>
    `{"class":"CONSTANT","type":"VALUE_CONSTANT","alias":${own},"query_location":${at},"value":${text === null ? '{"type":{"id":"NULL","type_info":null},"is_null":true}' : `{"type":{"id":"VARCHAR","type_info":null},"is_null":false,"value":${JSON.stringify(text)}}`}}`
  if (type === 'string' || type === 'null') return constant(alias)
  return `{"class":"CAST","type":"OPERATOR_CAST","alias":${alias},"query_location":${at},"child":${constant('""')},"cast_type":${castType(node)},"try_cast":false}`
}

/** As DuckDB reads it back exactly. */
function textOf(node: LiteralNode): string | null {
  const { value, type } = node
  if (value === null) return null
  if (type === 'bytes') return [...(literalValue(node) as Uint8Array)].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  if (type === 'timestamp' || type === 'datetime') return momentText(literalValue(node) as bigint)
  if (type === 'time') return clockText(literalValue(node) as bigint)
  return String(value)
}

function momentText(micros: bigint): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n)
  const rest = micros - millis * 1000n
  return `${new Date(Number(millis)).toISOString().replace('Z', '')}${String(rest).padStart(3, '0')}`
}

function castType({ type }: LiteralNode): string {
  if (typeof type === 'object' && 'decimal' in type)
    return `{"id":"DECIMAL","type_info":{"type":"DECIMAL_TYPE_INFO","alias":"","extension_info":null,"width":${type.decimal[0]},"scale":${type.decimal[1]}}}`
  const own: Readonly<Record<string, string>> = { bytes: 'BLOB', datetime: 'TIMESTAMP', timestamp: 'TIMESTAMP' }
  const id = (typeof type === 'string' ? own[type] : undefined) ?? duckdb.typeName(type)
  if (!/^[A-Z]+$/.test(id)) throw new TidemillError('expr.literal', `a value of type ${printType(type)} cannot be bound`)
  return `{"id":${JSON.stringify(id)},"type_info":null}`
}
