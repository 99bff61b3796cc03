/** What stands in the parts of a workbook besides its cells: sheets, texts, and which numbers are dates. */
import { posix } from 'node:path'
import { nearNames, TidemillError } from '../errors/index.ts'
import { attribute, xmlTokens } from './xml-tokens.ts'
import { zipBytes, zipEntries, type ZipEntry } from './zip-read.ts'

/** How a number is shown. */
export type NumberKind = 'number' | 'date' | 'datetime' | 'time' | 'duration'
export interface Workbook {
  readonly path: string
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly sheet: ZipEntry
  readonly texts: readonly string[]
  /** By the style of a cell. */
  readonly kinds: readonly NumberKind[]
  /** Days are counted from 1904. */
  readonly is1904: boolean
}

const partBytes = 64 * 1024 * 1024
const textBytes = 1024 * 1024 * 1024
/** Sixteen for each row a sheet can have. */
const mostTexts = 16 * 1_048_576
/** Excel takes 255. */
const longestFormat = 1_000

/** The names of its sheets, in their order. @throws connectors.not-found, connectors.format */
export async function sheetNames(path: string): Promise<readonly string[]> {
  return (await mainPart(path)).sheets.map(sheet => sheet.name)
}

/** Opens a workbook at a sheet. @throws connectors.not-found when it has no such sheet */
export async function openWorkbook(path: string, sheet: string | number | undefined): Promise<Workbook> {
  const { entries, own, sheets, is1904 } = await mainPart(path)
  const byType = (type: string): ZipEntry | undefined => entries.get(own.find(link => link.type.endsWith(`/${type}`))?.target ?? '')
  const id = chosen(path, sheets, sheet)
  const entry = entries.get(own.find(link => link.id === id)?.target ?? '')
  if (entry === undefined) throw damaged(path, 'a sheet is missing')
  const [texts, kinds] = [await textsIn(path, byType('sharedStrings')), await kindsIn(path, byType('styles'))]
  return { path, entries, sheet: entry, texts, kinds, is1904 }
}

interface MainPart {
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly own: readonly Link[]
  readonly sheets: readonly SheetName[]
  readonly is1904: boolean
}

async function mainPart(path: string): Promise<MainPart> {
  const entries = await zipEntries(path)
  const rootLinks = await links(path, entries, '_rels/.rels', '')
  const book = rootLinks.find(link => link.type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  const main = entries.get(book)
  if (main === undefined) throw damaged(path, 'it holds no workbook')
  const own = await links(path, entries, posix.join(posix.dirname(book), '_rels', `${posix.basename(book)}.rels`), posix.dirname(book))
  return { entries, own, ...(await sheetsIn(path, main)) }
}

interface Link {
  readonly id: string
  readonly type: string
  readonly target: string
}

async function links(path: string, entries: ReadonlyMap<string, ZipEntry>, name: string, folder: string): Promise<readonly Link[]> {
  const entry = entries.get(name)
  if (entry === undefined) return []
  const found: Link[] = []
  for await (const tokens of xmlTokens(zipBytes(path, entry, partBytes), path))
    for (const token of tokens)
      if (token.kind === 'open' && token.text === 'Relationship') {
        const target = attribute(token.attributes, 'Target') ?? ''
        found.push({
          id: attribute(token.attributes, 'Id') ?? '',
          type: attribute(token.attributes, 'Type') ?? '',
          target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
        })
      }
  return found
}

interface SheetName {
  readonly name: string
  readonly id: string
}

async function sheetsIn(path: string, entry: ZipEntry): Promise<{ readonly sheets: readonly SheetName[]; readonly is1904: boolean }> {
  const sheets: SheetName[] = []
  let is1904 = false
  for await (const tokens of xmlTokens(zipBytes(path, entry, partBytes), path))
    for (const { kind, text, attributes } of tokens) {
      if (kind !== 'open') continue
      if (text === 'workbookPr') is1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '')
      if (text === 'sheet')
        sheets.push({ name: attribute(attributes, 'name') ?? '', id: / (?:\w+:)id\s*=\s*["']([^"']*)/.exec(attributes)?.[1] ?? '' })
    }
  return { sheets, is1904 }
}

function chosen(path: string, sheets: readonly SheetName[], wanted: string | number | undefined): string {
  const found = typeof wanted === 'string' ? sheets.find(sheet => sheet.name === wanted) : sheets[(wanted ?? 1) - 1]
  if (found !== undefined) return found.id
  const names = sheets.map(sheet => sheet.name)
  const near = typeof wanted === 'string' ? nearNames(wanted, names) : []
  throw new TidemillError('connectors.not-found', `no such sheet: ${wanted ?? 1} in ${path} (have ${names.join(', ')})`, {
    details: { file: path, have: names },
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }),
  })
}

async function textsIn(path: string, entry: ZipEntry | undefined): Promise<readonly string[]> {
  if (entry === undefined) return []
  const texts: string[] = []
  let text: string | undefined
  let [inText, phonetic] = [false, 0]
  for await (const tokens of xmlTokens(zipBytes(path, entry, textBytes), path))
    for (const token of tokens) {
      if (token.kind === 'text') {
        if (inText && phonetic === 0 && text !== undefined) text += token.text
        continue
      }
      const isOpen = token.kind === 'open'
      if (token.text === 'si') {
        if (isOpen) text = ''
        if (!isOpen || token.isEmpty) {
          if (texts.length === mostTexts) throw damaged(path, `it has more than ${mostTexts} texts`)
          texts.push(plainText(text ?? ''))
          text = undefined
        }
      } else if (token.text === 't') inText = isOpen && !token.isEmpty
      else if (token.text === 'rPh' && !token.isEmpty) phonetic += isOpen ? 1 : -1
    }
  return texts
}

/** Excel writes signs that XML does not have as `_x000D_`. */
export function plainText(text: string): string {
  return text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}

async function kindsIn(path: string, entry: ZipEntry | undefined): Promise<readonly NumberKind[]> {
  if (entry === undefined) return []
  const formats = new Map<number, string>()
  const kinds: NumberKind[] = []
  let inCells = false
  for await (const tokens of xmlTokens(zipBytes(path, entry, partBytes), path))
    for (const { kind, text, attributes } of tokens) {
      if (text === 'cellXfs') inCells = kind === 'open'
      if (kind !== 'open') continue
      const format = Number(attribute(attributes, 'numFmtId') ?? 0)
      if (text === 'numFmt') formats.set(format, attribute(attributes, 'formatCode') ?? '')
      if (text === 'xf' && inCells) kinds.push(kindOf(format, formats.get(format)))
    }
  return kinds
}

/** Formats below 164 are known by number; those of the Far East (27 to 36, 50 to 58) are dates too. */
function kindOf(id: number, code: string | undefined): NumberKind {
  if (code === undefined) {
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return 'date'
    if (id === 22) return 'datetime'
    if (id === 46) return 'duration'
    return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47 ? 'time' : 'number'
  }
  if (code.length > longestFormat) return 'number'
  const [first = ''] = code.split(';')
  // Texts, escaped signs, colours and conditions say nothing; of hours in brackets there may be more than 24.
  if (/\[(h+|m+|s+)\]/i.test(first)) return 'duration'
  const plain = first
    .replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .replaceAll(/general|am\/pm|a\/p/gi, sign => (/^a/i.test(sign) ? 'h' : ''))
  const hasDay = /[yd]/i.test(plain) || (/m/i.test(plain) && !/[hs]/i.test(plain))
  const hasTime = /[hs]/i.test(plain)
  if (/[0#?@]/.test(plain.replaceAll(/\.0+/g, ''))) return 'number'
  if (hasDay) return hasTime ? 'datetime' : 'date'
  return hasTime ? 'time' : 'number'
}

function damaged(path: string, why: string): TidemillError {
  return new TidemillError('connectors.format', `Excel file cannot be read: ${path}: ${why}`, {
    details: { file: path },
    hint: 'is it an .xlsx? save it again',
  })
}
