import type { FunctionPage } from './types.ts'

export const bytes: FunctionPage = {
  name: 'bytes',
  title: 'Bytes and hashes',
  per: 'row',
  about: 'Texts become bytes in UTF-8. Hashes are of these bytes, the same on every engine.',
  interfaces: [
    ['expr/scalar-types.ts', 'BytesScalars'],
    ['expr/scalar-types.ts', 'TextScalars'],
  ],
  examples: {
    toBytes: r => r.kind.toBytes(),
    toText: r => r.kind.toBytes().toText(),
    byteLength: r => r.name.toBytes().byteLength(),
    toHex: r => r.bytes.toHex(),
    fromHex: r => r.bytes.toHex().fromHex(),
    toBase64: r => r.bytes.toBase64(),
    fromBase64: r => r.bytes.toBase64().fromBase64(),
    md5: r => r.kind.md5(),
    sha256: r => r.kind.sha256().slice(0, 16),
  },
}
