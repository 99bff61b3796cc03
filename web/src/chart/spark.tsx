import type { VNode } from 'preact'

/** The line of a small chart in a box of 100 by 30; nothing for less than two values. Zero is at the bottom. */
export function sparkPath(values: readonly number[]): string {
  if (values.length < 2) return ''
  const top = Math.max(...values, Number.MIN_VALUE)
  return values
    .map((value, i) => `${i === 0 ? 'M' : 'L'}${round((100 * i) / (values.length - 1))} ${round(29 - (27 * Math.max(0, value)) / top)}`)
    .join('')
}

/** A small chart beside the figure that it leads to. `label` says in words what it shows. */
export function Spark({ values, label }: { readonly values: readonly number[]; readonly label: string }): VNode {
  const line = sparkPath(values)
  return (
    <span class="spark" role="img" aria-label={label}>
      <svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
        {line === '' ? null : <path class="a" d={`${line}L100 30L0 30Z`} />}
        <path d={line} />
      </svg>
    </span>
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
