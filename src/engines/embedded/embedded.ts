import { TidemillError } from '../../errors/index.ts'
import type { Engine, EngineSpec, Host } from '../../plan/index.ts'
import { machineLimits } from './duckdb/limits.ts'
import { makeEngine } from './engine.ts'

export interface EmbeddedOptions {
  /** Bytes that queries may use before they spill to disk. Default: `machineLimits().memoryBytes`. */
  readonly memoryLimit?: number
  /** Default: `machineLimits().threads`. */
  readonly threads?: number
  /** Where spilled data goes; a folder of its own is made in it and removed. Default: the system's folder for temporary files. */
  readonly tempFolder?: string
}

/**
 * DuckDB inside this process, and worker threads for your own functions. Nothing is loaded before the first run.
 *
 * @example
 * const tm = await tidemill({ engine: embedded({ memoryLimit: 2e9, threads: 4 }) })
 */
export function embedded(options: EmbeddedOptions = {}): EngineSpec {
  const { memoryLimit, threads, tempFolder } = options
  if (memoryLimit !== undefined && !(Number.isFinite(memoryLimit) && memoryLimit >= 16e6))
    throw new TidemillError('plan.argument', `memoryLimit must be bytes, at least 16 million: ${memoryLimit}`)
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new TidemillError('plan.argument', `threads must be a whole number from 1: ${threads}`)
  return Object.freeze({
    name: 'embedded',
    options,
    connect: async (host: Host): Promise<Engine> => {
      const machine = machineLimits()
      return makeEngine(host, { memoryLimit: memoryLimit ?? machine.memoryBytes, threads: threads ?? machine.threads, tempFolder })
    },
  })
}
