/** Which characters a font has. */

/**
 * True for code points that a TrueType or OpenType font can draw, from its `cmap` table (formats 4 and 12, which all fonts of today have). Of a collection the
 * first font is read.
 *
 * @throws RangeError when the bytes are no such font
 */
export function charactersOf(font: Uint8Array): (point: number) => boolean {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const start = tag(view, 0) === 'ttcf' ? view.getUint32(12) : 0
  const tables = view.getUint16(start + 4)
  for (let index = 0; index < tables; index++) {
    const at = start + 12 + index * 16
    if (tag(view, at) === 'cmap') return mapOf(view, view.getUint32(at + 8))
  }
  throw new RangeError('no cmap table')
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map(index => view.getUint8(at + index)))
}

function mapOf(view: DataView, at: number): (point: number) => boolean {
  const ranges: (readonly [first: number, last: number])[] = []
  const count = view.getUint16(at + 2)
  for (let index = 0; index < count; index++) {
    const part = at + view.getUint32(at + 8 + index * 8)
    const format = view.getUint16(part)
    if (format === 4) ranges.push(...segments(view, part))
    if (format === 12) ranges.push(...groups(view, part))
  }
  if (ranges.length === 0) throw new RangeError('no cmap of format 4 or 12')
  return point => ranges.some(([first, last]) => point >= first && point <= last)
}

/** Segments of the first 65,536 characters; the last one, of 0xFFFF, is an end mark. */
function segments(view: DataView, at: number): (readonly [number, number])[] {
  const count = view.getUint16(at + 6) / 2
  return Array.from({ length: count }, (_, index) => [view.getUint16(at + 16 + count * 2 + index * 2), view.getUint16(at + 14 + index * 2)])
}

function groups(view: DataView, at: number): (readonly [number, number])[] {
  return Array.from({ length: view.getUint32(at + 12) }, (_, index) => {
    const group = at + 16 + index * 12
    return [view.getUint32(group), view.getUint32(group + 4)]
  })
}
