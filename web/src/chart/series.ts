import { short } from '../format/number.ts'
import { lasted } from '../format/time.ts'

/** A line over time; null where there was nothing to measure. */
export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** A colour of the tokens, such as `--c1`. */
  readonly colour: string
  readonly dashed?: boolean | undefined
}

/** What a chart says to somebody who does not see it: `rows a second, last 5 m: read now 48.2 k, lowest 30 k, highest 61 k`. */
export function chartText(title: string, times: readonly number[], lines: readonly Line[]): string {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return `${title}: no figures yet`
  const parts = lines.map(({ name, values }) => {
    const known = values.filter(value => value !== null)
    if (known.length === 0) return `${name}: nothing measured`
    return `${name} now ${short(values.at(-1) ?? null)}, lowest ${short(Math.min(...known))}, highest ${short(Math.max(...known))}`
  })
  return `${title}, last ${lasted(last - first)}: ${parts.join('; ')}`
}

/** At most so many rows for a table of a chart, evenly thinned, the newest first and always there. */
export function tableRows(
  times: readonly number[],
  lines: readonly Line[],
  most = 20,
): readonly { readonly at: number; readonly values: readonly (number | null)[] }[] {
  const step = Math.max(1, Math.ceil(times.length / most))
  const rows: { at: number; values: (number | null)[] }[] = []
  for (let i = times.length - 1; i >= 0; i -= step) rows.push({ at: times[i] as number, values: lines.map(line => line.values[i] ?? null) })
  return rows
}
