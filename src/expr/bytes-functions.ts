/** Rows of the table of functions: bytes and hashes. */
import { type FunctionInfo, row } from './function-info.ts'
import type { BytesFunctionName } from './scalar-names.ts'

const text = ['text'] as const
const bytes = ['bytes'] as const
const either = ['text', 'bytes'] as const
const scalar = row('scalar')

/** Functions of bytes by name. */
export const bytesFunctions: Readonly<Record<BytesFunctionName, FunctionInfo>> = {
  toBytes: scalar('The bytes of the text in UTF-8.', { of: text, gives: 'bytes' }),
  toText: scalar('The text that the bytes are in UTF-8; bytes that are none are an error.', { of: bytes, gives: 'string' }),
  byteLength: scalar('How many bytes.', { of: bytes, gives: 'int64' }),
  toHex: scalar('Two hexadecimal digits a byte, in capital letters.', { of: bytes, gives: 'string' }),
  fromHex: scalar('The bytes of hexadecimal digits; an error for other text.', { of: text, gives: 'bytes' }),
  toBase64: scalar('As base64 text.', { of: bytes, gives: 'string' }),
  fromBase64: scalar('The bytes of base64 text; an error for other text.', { of: text, gives: 'bytes' }),
  md5: scalar('MD5 as 32 small hexadecimal digits, of the UTF-8 of a text.', { of: either, gives: 'string' }),
  sha256: scalar('SHA-256 as 64 small hexadecimal digits, of the UTF-8 of a text.', { of: either, gives: 'string' }),
  hash: scalar('A number from 0 to 2^52 - 1, the same on every engine and in every version: the first 52 bits of md5(`seed|text`).', {
    of: text,
    gives: 'int64',
    options: ['seed'],
  }),
}
