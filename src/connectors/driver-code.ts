import type { Code } from '../workers/index.ts'

type DriverModule =
  | 'rows-driver'
  | 'lines-driver'
  | 'arrow-file-driver'
  | 'arrow-bytes-driver'
  | 'excel-driver'
  | 'sqlite-driver'
  | 'postgres-driver'

/** Where the module of a driver of this room lies, in the source tree and in the built package. One export, `driver`, is all that the connector is: source, sink, or both. */
export function driverCode(name: DriverModule): Code {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return Object.freeze({ url: new URL(`./${name}.${ending}`, import.meta.url).href, export: 'driver', hash: '' })
}
