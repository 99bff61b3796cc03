/** Bytes, what turns texts into them and back, and their hashes. */
import { createHash } from 'node:crypto'
import { TidemillError } from '../errors/index.ts'
import type { BytesFunctionName } from '../expr/index.ts'
import { type Kernel, perRow } from './kernel.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const bytes: Readonly<Record<BytesFunctionName, Kernel>> = {
  toBytes: perRow(() => (text: string) => Buffer.from(text)),
  toText: perRow(() => (value: Uint8Array) => {
    try {
      return utf8.decode(value)
    } catch (cause) {
      if (cause instanceof TypeError) throw misfit('bytes that are no UTF-8 text', Buffer.from(value).toString('hex').toUpperCase())
      throw cause
    }
  }),
  byteLength: perRow(() => (value: Uint8Array) => BigInt(value.length)),
  toHex: perRow(() => (value: Uint8Array) => Buffer.from(value).toString('hex').toUpperCase()),
  fromHex: perRow(() => (text: string) => {
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw misfit('text that is no hexadecimal bytes', text)
    return Buffer.from(text, 'hex')
  }),
  toBase64: perRow(() => (value: Uint8Array) => Buffer.from(value).toString('base64')),
  fromBase64: perRow(() => (text: string) => {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw misfit('text that is no base64', text)
    return Buffer.from(text, 'base64')
  }),
  md5: perRow(() => (value: string | Uint8Array) => createHash('md5').update(value).digest('hex')),
  sha256: perRow(() => (value: string | Uint8Array) => createHash('sha256').update(value).digest('hex')),
  hash: perRow(({ options }) => {
    const seed = options?.seed ?? 0
    return (text: string) => BigInt(`0x${createHash('md5').update(`${seed}|${text}`).digest('hex').slice(0, 13)}`)
  }),
}

function misfit(what: string, value: string): TidemillError {
  return new TidemillError('expr.cast', `${what}: ${value}`, { details: { value } })
}
