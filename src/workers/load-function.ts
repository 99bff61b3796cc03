import { registerHooks } from 'node:module'
import { TidemillError } from '../errors/index.ts'
import { messageOf } from './protocol.ts'
import type { HostFunction } from './seams.ts'

/** A user's function: its arguments and its value are proved by who calls it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyFunction = (...args: any[]) => any

/** What a module that was taken out of a file begins with: packages it imports are looked for from there. */
export const originMark = '/* from '

const loaded = new Map<string, Promise<AnyFunction>>()
const origins = new Map<string, string | undefined>()
const dataUrl = 'data:text/javascript;base64,'
let hooked = false

/**
 * Imports a function's module in this thread and gives the function; one module is imported once.
 *
 * The module travels as a `data:` URL, so nothing is written to a disk and nothing is left behind. Packages it imports are found from the file it was taken from.
 *
 * @throws workers.function-failed when the module, or one that it imports, cannot be loaded
 */
export async function loadFunction(fn: HostFunction): Promise<AnyFunction> {
  const known = loaded.get(fn.hash)
  if (known !== undefined) return known
  const loading = importFunction(fn)
  loaded.set(fn.hash, loading)
  // A module that is not there now may be there at the next try.
  loading.catch(() => loaded.delete(fn.hash))
  return loading
}

/** Imports a module that this package wrote. */
export async function importData(text: string): Promise<Readonly<Record<string, unknown>>> {
  const module: Record<string, unknown> = await import(`${dataUrl}${Buffer.from(text).toString('base64')}`)
  return module
}

async function importFunction(fn: HostFunction): Promise<AnyFunction> {
  const url = `${dataUrl}${Buffer.from(fn.module).toString('base64')}`
  hookOnce()
  try {
    const module: Record<string, unknown> = await import(url)
    const found = module['fn']
    if (typeof found !== 'function') throw new TypeError(`no function, but ${typeof found}`)
    return found as AnyFunction
  } catch (error) {
    throw new TidemillError('workers.function-failed', `function ${fn.name} cannot be loaded on a worker: ${messageOf(error)}`, {
      details: { function: fn.name },
      cause: error,
    })
  }
}

/** The file a module was taken from; modules stand inside each other where one wraps the function of another. */
function originOf(url: string): string | undefined {
  if (!url.startsWith(dataUrl)) return undefined
  if (!origins.has(url)) {
    const module = Buffer.from(url.slice(dataUrl.length), 'base64').toString()
    origins.set(url, module.startsWith(originMark) ? module.slice(originMark.length, module.indexOf(' */')) : undefined)
  }
  return origins.get(url)
}

/** A module at a `data:` URL has no folder to look for packages from; this lends it one. */
function hookOnce(): void {
  if (hooked) return
  hooked = true
  registerHooks({
    resolve(specifier, context, next) {
      const origin = context.parentURL === undefined ? undefined : originOf(context.parentURL)
      return origin === undefined ? next(specifier, context) : next(specifier, { ...context, parentURL: origin })
    },
  })
}
