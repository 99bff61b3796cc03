import type { Code } from '../workers/index.ts'

/** Where the module of a driver of this room lies, in the source tree and in the built package. */
export function driverCode(name: 'rows-driver' | 'lines-driver'): Code {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return Object.freeze({ url: new URL(`./${name}.${ending}`, import.meta.url).href, export: 'driver', hash: '' })
}
