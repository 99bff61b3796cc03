import { readFileSync, statSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'acorn'
import { type Analysis, analyse } from './scopes.ts'
import type { Syntax } from './syntax.ts'

/** A file of the user as Node runs it: types are blanked out, so every position is as in the file. */
export interface SourceFile {
  readonly path: string
  readonly url: string
  readonly text: string
  readonly analysis: Analysis
}

const known = new Map<string, { readonly stamp: string; readonly file: SourceFile | undefined }>()
const mostKnown = 64

/** Reads and parses a file, once while it does not change; undefined when there is none or it is no module of JavaScript or TypeScript. */
export function sourceFile(pathOrUrl: string): SourceFile | undefined {
  const path = pathOf(pathOrUrl)
  const stamp = path === undefined ? undefined : stampOf(path)
  if (path === undefined || stamp === undefined) return undefined
  const found = known.get(path)
  if (found?.stamp === stamp) return found.file
  const file = readSource(path)
  if (known.size >= mostKnown) known.clear()
  known.set(path, { stamp, file })
  return file
}

/** Parses text of JavaScript; undefined when it is none. */
export function analyseText(text: string): Analysis | undefined {
  try {
    const tree = parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
      allowHashBang: true,
      allowAwaitOutsideFunction: true,
    })
    return analyse(tree as unknown as Syntax)
  } catch {
    return undefined
  }
}

function readSource(path: string): SourceFile | undefined {
  const written = readFileSync(path, 'utf8')
  const text = /\.[cm]?ts$/.test(path) ? withoutTypes(written) : written
  const analysis = text === undefined ? undefined : analyseText(text)
  return text === undefined || analysis === undefined ? undefined : { path, url: pathToFileURL(path).href, text, analysis }
}

/** Node says at each first use that this is experimental. It is what Node itself runs `.ts` files with, so the notice is kept from the user's screen. */
function withoutTypes(text: string): string | undefined {
  const warn = process.emitWarning
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(text)
  } catch {
    return undefined
  } finally {
    process.emitWarning = warn
  }
}

function pathOf(pathOrUrl: string): string | undefined {
  if (!pathOrUrl.startsWith('file:')) return pathOrUrl
  try {
    return fileURLToPath(pathOrUrl.replace(/[?#].*$/, ''))
  } catch {
    return undefined
  }
}

function stampOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() === true ? `${found.mtimeMs} ${found.size}` : undefined
}
