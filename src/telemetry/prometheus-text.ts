import type { Family, Labels } from './meter.ts'

/** The content type of `prometheusText`. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Metrics as Prometheus reads them: the text format 0.0.4. A metric without a series is left out.
 *
 * @example
 * prometheusText(metrics.snapshot())
 */
export function prometheusText(families: readonly Family[]): string {
  return families
    .filter(family => family.series.length > 0)
    .map(family => `${head(family)}${linesOf(family).join('\n')}\n`)
    .join('')
}

function head({ name, help, type }: Family): string {
  return `# HELP ${name} ${help.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)}\n# TYPE ${name} ${type}\n`
}

function linesOf(family: Family): readonly string[] {
  const { name } = family
  if (family.type !== 'histogram') return family.series.map(({ labels, value }) => line(name, labels, value))
  return family.series.flatMap(({ labels, bounds, counts, sum }) => {
    let below = 0
    const buckets = counts.map((count, bucket) => {
      below += count
      return line(`${name}_bucket`, { ...labels, le: number(bounds[bucket] ?? Number.POSITIVE_INFINITY) }, below)
    })
    return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, below)]
  })
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${number(value)}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`)
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}
