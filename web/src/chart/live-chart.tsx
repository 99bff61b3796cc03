import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type UPlot from 'uplot'
import { short } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { go, usePlace, withQuery } from '../router/location.ts'
import { repaint } from '../shell/theme.ts'
import { useStore } from '../state/store.ts'
import { ChartTable } from './chart-table.tsx'
import { paint } from './paint.ts'
import { chartText, type Line } from './series.ts'

export interface LiveChartProps {
  /** Names the chart in the address: `?table=rate`. */
  readonly id: string
  readonly title: string
  /** Milliseconds since 1970. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** Amounts are counted: no parts of one on the axis. Default false. */
  readonly whole?: boolean
}
interface Cross {
  readonly index: number
  readonly left: number
}

/** Lines that grow twice a second. A pointer over it holds it still; a table shows the same figures. */
export function LiveChart({ id, title, times, lines, whole = false }: LiveChartProps): VNode {
  const place = usePlace()
  const asTable = new URLSearchParams(place.query).get('table') === id
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b>
        <span class="legend">
          {lines.map(({ name, colour, dashed = false }) => (
            <span key={name}>
              <i class={dashed ? 'key ln da' : 'key ln'} style={{ '--k': `var(${colour})` }} />
              {name}
            </span>
          ))}
        </span>
        <button
          type="button"
          class="btn ghost tiny as-table"
          aria-label={`${title}: show as ${asTable ? 'chart' : 'table'}`}
          onClick={() => go(withQuery(place, 'table', asTable ? undefined : id), { replace: true })}
        >
          {asTable ? 'as chart' : 'as table'}
        </button>
      </figcaption>
      {asTable ? (
        <ChartTable title={title} times={times} lines={lines} />
      ) : (
        <Plot title={title} times={times} lines={lines} whole={whole} />
      )}
    </figure>
  )
}

function Plot({ title, times, lines, whole }: Required<Omit<LiveChartProps, 'id'>>): VNode {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const held = useRef(false)
  const newest = useRef<UPlot.AlignedData>([[]])
  const [cross, setCross] = useState<Cross>()
  const theme = useStore(repaint)
  newest.current = [times as number[], ...lines.map(line => line.values as (number | null)[])]
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let gone = false
    let end: (() => void) | undefined
    void paint(element, { lines, whole }, (index, left) => setCross(index === undefined ? undefined : { index, left })).then(made => {
      if (gone) return made.end()
      end = made.end
      plot.current = made.plot
      made.plot.setData(newest.current)
    })
    return () => {
      gone = true
      plot.current = undefined
      end?.()
    }
    // The lines of a chart are the same for its whole life; only their values change.
  }, [])
  useEffect(() => {
    if (!held.current) plot.current?.setData(newest.current)
  }, [times, lines])
  useEffect(() => plot.current?.redraw(), [theme])
  const at = cross === undefined ? undefined : plot.current?.data[0][cross.index]
  const hold = (still: boolean): void => {
    held.current = still
    if (still) return
    setCross(undefined)
    plot.current?.setData(newest.current)
  }
  return (
    <div class="live-plot" onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)}>
      <div ref={host} role="img" aria-label={chartText(title, times, lines)} class={times.length === 0 ? 'unseen' : undefined} />
      {times.length === 0 ? <p class="faint">No figures yet</p> : null}
      {cross === undefined || at === undefined ? null : (
        <div class="tip" aria-hidden="true" style={{ left: `${cross.left}px` }} data-side={cross.left > 180 ? 'left' : 'right'}>
          <dl>
            <dt>{clock(at)}</dt>
            <dd />
            {lines.map(({ name }, i) => [
              <dt key={name}>{name}</dt>,
              <dd key={`${name} is`}>{short(plot.current?.data[i + 1]?.[cross.index] ?? null)}</dd>,
            ])}
          </dl>
        </div>
      )}
    </div>
  )
}
