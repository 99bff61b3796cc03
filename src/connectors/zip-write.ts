/** Writes a ZIP file front to back: sizes stand behind each entry, so that nothing is held but what is being packed. */
import { once } from 'node:events'
import { crc32, createDeflateRaw } from 'node:zlib'

/** Makes the bytes of a ZIP; the pieces, one after the other, are the whole. */
export interface ZipWriter {
  /** Begins an entry, and ends the one before. */
  entry(name: string): Promise<Buffer>
  write(text: string): Promise<Buffer>
  end(): Promise<Buffer>
}
interface Written {
  readonly name: Buffer
  readonly offset: number
  crc: number
  packed: number
  size: number
}

// 1 January 1980: the same rows make the same bytes.
const [time, date] = [0, 0x21]
/** Sizes follow; names are UTF-8. */
const flags = 0x0808

export function zipWriter(): ZipWriter {
  const entries: Written[] = []
  let at = 0
  let open: { readonly deflate: ReturnType<typeof createDeflateRaw>; readonly made: Buffer[]; readonly told: Written } | undefined
  const given = (...parts: readonly Buffer[]): Buffer => {
    const bytes = Buffer.concat(parts)
    at += bytes.length
    return bytes
  }
  const taken = (): Buffer => {
    if (open === undefined) return Buffer.alloc(0)
    const bytes = Buffer.concat(open.made.splice(0))
    open.told.packed += bytes.length
    return bytes
  }
  const close = async (): Promise<Buffer> => {
    if (open === undefined) return Buffer.alloc(0)
    const { deflate, told } = open
    deflate.end()
    await once(deflate, 'end')
    const rest = taken()
    open = undefined
    const sizes = Buffer.alloc(16)
    sizes.writeUInt32LE(0x0807_4b50, 0)
    sizes.writeUInt32LE(told.crc, 4)
    sizes.writeUInt32LE(told.packed, 8)
    sizes.writeUInt32LE(told.size, 12)
    return given(rest, sizes)
  }
  return {
    async entry(name) {
      const before = await close()
      const told: Written = { name: Buffer.from(name), offset: at, crc: 0, packed: 0, size: 0 }
      entries.push(told)
      const deflate = createDeflateRaw()
      const made: Buffer[] = []
      deflate.on('data', (chunk: Buffer) => void made.push(chunk))
      open = { deflate, made, told }
      const header = Buffer.alloc(30)
      header.writeUInt32LE(0x0403_4b50, 0)
      header.writeUInt16LE(20, 4)
      header.writeUInt16LE(flags, 6)
      header.writeUInt16LE(8, 8)
      header.writeUInt16LE(time, 10)
      header.writeUInt16LE(date, 12)
      header.writeUInt16LE(told.name.length, 26)
      return Buffer.concat([before, given(header, told.name)])
    },
    async write(text) {
      if (open === undefined) return Buffer.alloc(0)
      const bytes = Buffer.from(text)
      open.told.crc = crc32(bytes, open.told.crc)
      open.told.size += bytes.length
      const { deflate } = open
      await new Promise<void>((done, fail) => deflate.write(bytes, error => (error === null || error === undefined ? done() : fail(error))))
      return given(taken())
    },
    async end() {
      const before = await close()
      const start = at
      const directory = entries.flatMap(entry => {
        const header = Buffer.alloc(46)
        header.writeUInt32LE(0x0201_4b50, 0)
        header.writeUInt16LE(20, 4)
        header.writeUInt16LE(20, 6)
        header.writeUInt16LE(flags, 8)
        header.writeUInt16LE(8, 10)
        header.writeUInt16LE(time, 12)
        header.writeUInt16LE(date, 14)
        header.writeUInt32LE(entry.crc, 16)
        header.writeUInt32LE(entry.packed, 20)
        header.writeUInt32LE(entry.size, 24)
        header.writeUInt16LE(entry.name.length, 28)
        header.writeUInt32LE(entry.offset, 42)
        return [header, entry.name]
      })
      const bytes = given(...directory)
      const tail = Buffer.alloc(22)
      tail.writeUInt32LE(0x0605_4b50, 0)
      tail.writeUInt16LE(entries.length, 8)
      tail.writeUInt16LE(entries.length, 10)
      tail.writeUInt32LE(bytes.length, 12)
      tail.writeUInt32LE(start, 16)
      return Buffer.concat([before, bytes, given(tail)])
    },
  }
}
