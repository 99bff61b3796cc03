import { TidemillError } from '../errors/index.ts'
import { nodesOf, type Relation, type Plan } from '../plan/index.ts'

/** A line that was left out. */
export interface BadLine {
  /** As the path names it. */
  readonly file: string
  /** From 1; of a record over several lines, its first. */
  readonly line: number
  readonly reason: string
  /** The line, at most 4,096 characters of it; of a value that does not fit, the fields with commas between them. */
  readonly text: string
}
/** What reading left out. */
export interface ReadReport {
  readonly path: string
  readonly badLines: number
  /** By file, those that have any. */
  readonly files: Readonly<Record<string, number>>
  /** The first 20. */
  readonly examples: readonly BadLine[]
  /** The file that holds all of them. */
  readonly quarantine?: string | undefined
}

/**
 * What was left out when the sources of a table were read with `onBadLine: 'skip'` or `{ quarantine }`: one report for each such source. It is known once `tm.read` has resolved.
 *
 * @example
 * const orders = await tm.read(csv('orders.csv', { onBadLine: { quarantine: 'bad.ndjson' } }))
 * console.log(readReport(orders)[0]?.badLines)
 * @throws connectors.option when it is given no table
 */
export function readReport(table: Pick<Relation<unknown>, 'plan'>): readonly ReadReport[] {
  const plan = (table as Partial<Pick<Relation<unknown>, 'plan'>> | undefined)?.plan as Plan | undefined
  if (plan?.node === undefined) throw new TidemillError('connectors.option', 'readReport wants a table: readReport(await tm.read(source))')
  return nodesOf(plan).flatMap(node => {
    if (node.node !== 'scan') return []
    const { report } = node.source.options as { readonly report?: ReadReport }
    return report === undefined ? [] : [report]
  })
}
