import type { Engine, EngineSpec, RunOptions } from '../plan/index.ts'

/** Where the options of a run stand among the arguments. */
const places: Readonly<Record<string, number>> = { schemaOf: 1, explain: 1, run: 1, stage: 2, write: 2, learn: 1, compact: 1 }

/**
 * An engine whose runs end with a signal besides their own: who types at a prompt gives none.
 *
 * @param signal the one of what is evaluated now
 */
export function interruptible(spec: EngineSpec, signal: () => AbortSignal | undefined): EngineSpec {
  return {
    name: spec.name,
    options: spec.options,
    async connect(host) {
      const engine = await spec.connect(host)
      const wrapped: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(engine)) {
        const place = places[key]
        wrapped[key] =
          typeof value !== 'function' || place === undefined
            ? value
            : (...given: unknown[]): unknown => Reflect.apply(value, engine, withSignal(given, place, signal()))
      }
      // Every property of the engine is there, its functions with the same arguments.
      return wrapped as unknown as Engine
    },
  }
}

function withSignal(given: readonly unknown[], place: number, signal: AbortSignal | undefined): unknown[] {
  const args = [...given]
  const options = (args[place] ?? {}) as RunOptions
  if (signal === undefined) return args
  while (args.length < place) args.push(undefined)
  args[place] = { ...options, signal: options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]) }
  return args
}
