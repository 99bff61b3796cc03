/** The fonts of pictures: Inter, which comes with the package, so that a picture is the same on every machine; and those that a program names. */
import { readFile } from 'node:fs/promises'
import { TidemillError, whatIs } from '../../errors/index.ts'
import { charactersOf } from './characters.ts'

const folder = new URL('../../../fonts/', import.meta.url)
let ours: Promise<readonly Uint8Array[]> | undefined

/** Fonts that can draw these texts. @throws chart.font for a file that is no font, and for characters that none of them has */
export async function fontsFor(texts: Iterable<string>, files: readonly string[]): Promise<readonly Uint8Array[]> {
  ours ??= Promise.all(['inter-400.ttf', 'inter-600.ttf'].map(async name => readFile(new URL(name, folder))))
  const fonts = [...(await ours), ...(await Promise.all(files.map(given)))]
  const known = fonts.map((font, index) => {
    try {
      return charactersOf(font)
    } catch (cause) {
      const path = files[index - 2] ?? 'inter'
      throw new TidemillError('chart.font', `file that is no TrueType or OpenType font: ${path}`, { details: { path }, cause })
    }
  })
  const missing = new Set<string>()
  for (const text of texts)
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0
      // Spaces, joiners and variation selectors draw nothing.
      if (!/[\s\p{Cf}\p{M}]/u.test(character) && !known.some(has => has(point))) missing.add(character)
    }
  if (missing.size > 0) {
    const some = [...missing].slice(0, 10).join(' ')
    throw new TidemillError('chart.font', `characters that no font of the picture has: ${some}${missing.size > 10 ? ' ...' : ''}`, {
      details: { characters: [...missing].slice(0, 100) },
      hint: "name a font that has them: toPng({ fonts: ['NotoSansSC-Regular.ttf'] }); SVG and HTML use the fonts of the reader",
    })
  }
  return fonts
}

async function given(path: string): Promise<Uint8Array> {
  if (typeof path !== 'string') throw new TidemillError('chart.argument', `fonts are paths of files, not ${whatIs(path)}`)
  try {
    return await readFile(path)
  } catch (cause) {
    throw new TidemillError('chart.font', `font that cannot be read: ${path}`, { details: { path }, cause })
  }
}
