import type { BytesFunctionName } from '../../expr/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { arg } from './numbers.ts'
import { once } from './once.ts'
import { quoteText } from './text.ts'

/** What a function of the database cannot read is our error and names the value. */
const strict =
  (pattern: string, name: string): Printer =>
  call =>
    once(
      arg(call, 0),
      text =>
        `CASE WHEN regexp_full_match(${text}, ${quoteText(pattern)}) THEN ${name}(${text}) WHEN ${text} IS NOT NULL THEN ${guard('expr.cast', { wanted: 'bytes' }, text)} END`,
    )

const plain =
  (name: string): Printer =>
  (call: Call) =>
    `${name}(${arg(call, 0)})`

export const bytes: Readonly<Record<BytesFunctionName, Printer>> = {
  toBytes: plain('encode'),
  toText: call =>
    once(
      arg(call, 0),
      value =>
        `CASE WHEN ${value} IS NOT NULL THEN coalesce(try(decode(${value})), ${guard('expr.cast', { wanted: 'string' }, `hex(${value})`)}) END`,
    ),
  byteLength: call => `CAST(octet_length(${arg(call, 0)}) AS BIGINT)`,
  toHex: plain('hex'),
  fromHex: strict('([0-9a-fA-F]{2})*', 'from_hex'),
  toBase64: plain('to_base64'),
  fromBase64: strict('([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?', 'from_base64'),
  md5: plain('md5'),
  sha256: plain('sha256'),
  hash: call => {
    const seed = call.node.options?.seed ?? 0
    return `CAST('0x' || substring(md5(${quoteText(`${seed}|`)} || ${arg(call, 0)}), 1, 13) AS BIGINT)`
  },
}
