/** JSON values as a tree in which numbers keep their text: for values that a column cannot take straight from the bytes. */
import { type DataType, familyOf, itemType, parseText, setOwn } from '../../schema/index.ts'
import { blankEnd, textEnd, valueEnd } from './skip.ts'

const longestInteger = 1000

/** A number as it was written. */
class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
export type Tree = string | boolean | null | NumberText | readonly Tree[] | ReadonlyMap<string, Tree>

/** The value whose bytes, which `valueEnd` has passed over, lie there. Of equal keys in an object the last counts. */
export function treeOf(bytes: Uint8Array, from: number, to: number): Tree {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const textAt = (start: number, end: number): string => JSON.parse(buffer.toString('utf8', start, end)) as string

  const read = (start: number, end: number): Tree => {
    switch (bytes[start]) {
      case 34:
        return textAt(start, end)
      case 116:
        return true
      case 102:
        return false
      case 110:
        return null
      case 91:
        return items(start)
      case 123:
        return entries(start)
      default:
        return new NumberText(buffer.toString('latin1', start, end))
    }
  }
  const items = (start: number): Tree => {
    const found: Tree[] = []
    for (let p = blankEnd(bytes, start + 1); bytes[p] !== 93; ) {
      const end = valueEnd(bytes, view, p)
      found.push(read(p, end))
      p = next(end)
    }
    return found
  }
  const entries = (start: number): Tree => {
    const found = new Map<string, Tree>()
    for (let p = blankEnd(bytes, start + 1); bytes[p] !== 125; ) {
      const keyEnd = textEnd(bytes, view, p + 1) + 1
      const key = textAt(p, keyEnd)
      p = blankEnd(bytes, blankEnd(bytes, keyEnd) + 1)
      const end = valueEnd(bytes, view, p)
      found.set(key, read(p, end))
      p = next(end)
    }
    return found
  }
  const next = (end: number): number => {
    const p = blankEnd(bytes, end)
    return bytes[p] === 44 ? blankEnd(bytes, p + 1) : p
  }
  return read(from, to)
}

/** The physical value of a type, null for NULL, undefined for what does not fit: the value's text is read as a text file's would be. */
export function fit(tree: Tree, type: DataType): unknown {
  if (tree === null) return null
  if (typeof type === 'object' && ('list' in type || 'struct' in type || 'map' in type)) {
    const parts = typeof tree === 'string' ? parse(tree) : tree
    if ('map' in type) return fitMap(parts, type)
    return 'list' in type ? fitList(parts, type.list) : fitStruct(parts, type.struct)
  }
  if (type === 'bytes') return fromBase64(textOf(tree))
  const text = textOf(tree, type)
  // Nobody writes such integers, but who wants to keep a machine busy.
  if (text.length > longestInteger && familyOf(type) === 'number' && type !== 'float64' && type !== 'float32') return undefined
  return parseText(text, type)
}

function fitList(tree: Tree | undefined, item: DataType): unknown {
  if (!Array.isArray(tree)) return undefined
  const items = (tree as readonly Tree[]).map(part => fit(part, item))
  return items.includes(undefined) ? undefined : items
}

/** An object, or pairs of key and value. */
function fitMap(tree: Tree | undefined, type: { readonly map: readonly [key: DataType, value: DataType] }): unknown {
  if (Array.isArray(tree)) return fitList(tree as Tree, itemType(type) ?? 'null')
  if (!(tree instanceof Map)) return undefined
  const entries = [...(tree as ReadonlyMap<string, Tree>)].map(([key, part]) => ({
    key: fit(key, type.map[0]),
    value: fit(part, type.map[1]),
  }))
  return entries.some(({ key, value }) => key === undefined || key === null || value === undefined) ? undefined : entries
}

function fitStruct(tree: Tree | undefined, fields: readonly { name: string; type: DataType; nullable: boolean }[]): unknown {
  if (!(tree instanceof Map)) return undefined
  const row: Record<string, unknown> = {}
  for (const { name, type, nullable } of fields) {
    const part = (tree as ReadonlyMap<string, Tree>).get(name)
    const value = part === undefined ? null : fit(part, type)
    if (value === undefined || (value === null && !nullable)) return undefined
    setOwn(row, name, value)
  }
  return row
}

/** A text that holds JSON. */
function parse(text: string): Tree | undefined {
  const bytes = Buffer.from(`${text.trim()}\n        `)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = valueEnd(bytes, view, 0)
  return end > 0 && bytes[end] === 10 ? treeOf(bytes, 0, end) : undefined
}

function fromBase64(text: string): Uint8Array | undefined {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
    ? new Uint8Array(Buffer.from(text, 'base64'))
    : undefined
}

/** A value as the text that a column of texts gets. A decimal gets the digits as they were written. */
export function textOf(tree: Tree, type: DataType = 'string'): string {
  if (typeof tree === 'string') return tree
  if (!(tree instanceof NumberText)) return jsonText(tree)
  const asWritten = type === 'float64' || (typeof type === 'object' && 'decimal' in type)
  return asWritten ? tree.text : numberText(tree.text)
}

/** Without blanks. */
function jsonText(tree: Tree): string {
  if (tree instanceof NumberText) return numberText(tree.text)
  if (Array.isArray(tree)) return `[${(tree as readonly Tree[]).map(jsonText).join(',')}]`
  if (tree instanceof Map)
    return `{${[...(tree as ReadonlyMap<string, Tree>)].map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`).join(',')}}`
  return JSON.stringify(tree)
}

/** As the engine shows a number of a table read from NDJSON: integers as they are, others as the nearest double, `1.0`, `1e-08`. */
function numberText(text: string): string {
  if (/^-?[0-9]+$/.test(text)) return text === '-0' ? '0' : text
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const [digits = '0', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  const sign = Object.is(value, -0) ? '-' : ''
  if (exponent < -4 || exponent >= 16) return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  const fixed = exponent < 0 ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, '').length - 1 - exponent)) : String(value)
  return `${sign}${fixed}${fixed.includes('.') ? '' : '.0'}`
}
