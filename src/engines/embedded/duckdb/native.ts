import { isMainThread } from 'node:worker_threads'
import type * as Api from '@duckdb/node-api'
import type * as Bindings from '@duckdb/node-bindings'
import { TidemillError } from '../../../errors/index.ts'

/** DuckDB's client: `bindings` is what the wrapper works with, `api` has the classes for nested values. */
export interface Native {
  readonly bindings: typeof Bindings
  readonly api: typeof Api
}

let loading: Promise<Native> | undefined

/**
 * Loads DuckDB on first use; nothing of it is loaded with the package.
 *
 * @throws engine.missing-native when a bundler left the native part behind, or npm did not install it
 */
export async function native(): Promise<Native> {
  refuseWorker(isMainThread, process.env)
  loading ??= load(async () => ({ bindings: await import('@duckdb/node-bindings'), api: await import('@duckdb/node-api') }))
  return loading
}

/** The part of `native` that can fail, with the way to import handed in. */
export async function load(importBoth: () => Promise<{ readonly bindings: object; readonly api: object }>): Promise<Native> {
  try {
    const { bindings, api } = await importBoth()
    return { bindings: commonJs(bindings), api: commonJs(api) }
  } catch (cause) {
    loading = undefined
    throw new TidemillError('engine.missing-native', 'native part of DuckDB not found: @duckdb/node-bindings could not be loaded', {
      hint:
        "inside a bundled app keep it and tidemill (its worker and driver files) outside of the bundle: Next.js `serverExternalPackages: ['tidemill', '@duckdb/node-api', '@duckdb/node-bindings']`, " +
        "esbuild and vite `external: ['tidemill', '@duckdb/node-api', '@duckdb/node-bindings']`; otherwise install again without `--omit=optional`",
      cause,
    })
  }
}

/** A CommonJS module arrives as `default`. */
function commonJs<T>(module: object): T {
  return ('default' in module ? module.default : module) as T
}

/**
 * A thread that ends while DuckDB works for it takes the whole process down, so DuckDB stays out of threads. A test runner that runs files in threads
 * waits for them, so it is let through.
 */
export function refuseWorker(main: boolean, env: Readonly<Record<string, string | undefined>>): void {
  if (main || env['VITEST'] !== undefined) return
  throw new TidemillError('engine.internal', 'the embedded engine cannot run inside a worker thread', {
    hint: 'open the session in the main thread, or in a child process: a thread that ends while a query runs would take the process down',
  })
}
