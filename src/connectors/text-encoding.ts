import { isUtf8 } from 'node:buffer'
import { TidemillError } from '../errors/index.ts'

const utf16 = /^(?:\xff\xfe|\xfe\xff)/

/** The encoding of bytes that should be UTF-8 and are not: a good guess for the message. */
export function guessEncoding(bytes: Buffer): string {
  const start = bytes.subarray(0, 4096)
  if (utf16.test(start.toString('latin1', 0, 2))) return 'UTF-16'
  const zeros = start.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  if (zeros > start.length / 8) return 'UTF-16'
  return looksChinese(bytes) ? 'GB18030' : 'Windows-1252'
}

/** connectors.encoding with the first bad line and how to convert the file. */
export function encodingError(file: string, bytes: Buffer, firstLine = 1): TidemillError {
  const encoding = guessEncoding(bytes)
  const line = encoding === 'UTF-16' ? firstLine : firstLine + badLine(bytes)
  const target = file.replace(/(\.[^./\\]+)?$/, '.utf8$1')
  return new TidemillError('connectors.encoding', `not UTF-8: line ${line} of ${file} (looks like ${encoding})`, {
    details: { file, line, encoding },
    hint: `say so: { encoding: '${encoding.toLowerCase()}' }; or convert it: iconv -f ${encoding} -t UTF-8 '${file}' > '${target}'`,
  })
}

/** Lines before the first that is not UTF-8. */
function badLine(bytes: Buffer): number {
  let lines = 0
  for (let from = 0; from < bytes.length; lines++) {
    const found = bytes.indexOf(10, from)
    const end = found === -1 ? bytes.length : found
    if (!isUtf8(bytes.subarray(from, end))) return lines
    from = end + 1
  }
  return lines
}

/** True where nearly all bytes above ASCII pair up to Chinese characters of GB18030, and not with the letters behind them. */
function looksChinese(bytes: Buffer): boolean {
  const text = new TextDecoder('gb18030').decode(bytes)
  const high = bytes.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0)
  const chinese = text.match(/[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/g)?.length ?? 0
  return chinese * 2 >= high * 0.8 && high >= chinese * 1.5
}
