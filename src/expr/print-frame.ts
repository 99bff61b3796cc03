import { printDuration } from './duration.ts'
import type { ExprOptions } from './node.ts'

/** The frame of a window as the user would write it: `rows: [-6, 0]`. */
export function printFrame({ unit, from, to, of, exclude }: NonNullable<ExprOptions['frame']>): string[] {
  const bound = (at: number | 'unbounded'): string => {
    if (at === 'unbounded' || unit === 'rows' || of === 'number' || at === 0) return JSON.stringify(at)
    return JSON.stringify(`${at < 0 ? '-' : ''}${printDuration(Math.abs(at))}`)
  }
  return [`${unit}: [${bound(from)}, ${bound(to)}]`, ...(exclude === undefined ? [] : [`exclude: ${JSON.stringify(exclude)}`])]
}
