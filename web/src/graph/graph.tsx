import type { VNode } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import type { JobDetail } from '../api/answers.ts'
import { short } from '../format/number.ts'
import { type Place, usePlace, withQuery } from '../router/location.ts'
import { isActive } from '../state/feed.ts'
import { box, layOut } from './layout.ts'
import { nextStep } from './move.ts'
import { type GraphMode, StepBox } from './step-box.tsx'

export interface GraphProps {
  readonly job: JobDetail
  readonly mode: GraphMode
  readonly selected: string | undefined
}

/** The steps of a job as boxes, rows a second on the lines between. One stop of the Tab key: arrows go from step to step, Enter selects. */
export function Graph({ job: { state, steps, edges }, mode, selected }: GraphProps): VNode {
  const place = usePlace()
  const host = useRef<HTMLDivElement>(null)
  // The steps of a job do not change while it runs; their figures do.
  const shape = JSON.stringify([steps.map(step => step.id), edges.map(edge => [edge.from, edge.to])])
  const laid = useMemo(
    () =>
      layOut(
        steps.map(step => step.id),
        edges,
      ),
    [shape],
  )
  const byId = new Map(steps.map(step => [step.id, step]))
  const flow = (from: string, to: string): number => {
    const [source, target] = [byId.get(from), byId.get(to)]
    // A sink says what comes in: it may read only what is late or broken.
    return (target?.kind === 'sink' ? target.rowsPerSecond : source?.rowsPerSecond) ?? 0
  }
  // What a job that has ended did in its last second is no rate of now.
  const active = isActive(state)
  const most = Math.max(1, ...laid.curves.map(({ from, to }) => flow(from, to)))
  const stop = selected !== undefined && byId.has(selected) ? selected : steps[0]?.id
  const move = (event: KeyboardEvent): void => {
    const current = (event.target as HTMLElement).closest<HTMLElement>('[data-step]')?.dataset['step']
    const to = current === undefined ? undefined : nextStep(laid, current, event.key)
    if (to === undefined) return
    event.preventDefault()
    host.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(to)}"]`)?.focus()
  }
  return (
    <section class="scroll graph" aria-label="Graph of the job" onKeyDown={move}>
      <div ref={host} class="dag" style={{ '--w': `${laid.width}px`, '--h': `${laid.height}px` }}>
        <svg aria-hidden="true">
          {laid.curves.map(({ from, to, path }) => (
            <path key={`${from} ${to}`} class="e" d={path} stroke-width={active ? 1 + 4 * Math.sqrt(flow(from, to) / most) : 1} />
          ))}
        </svg>
        {laid.curves.map(({ from, to, x, y }) => (
          <EdgeLabel
            key={`${from} ${to}`}
            x={x}
            y={y}
            rate={active ? flow(from, to) : undefined}
            how={edges.find(edge => edge.from === from && edge.to === to)?.how}
          />
        ))}
        {laid.places.map(({ id, x, y }) => {
          const step = byId.get(id)
          return step === undefined ? null : (
            <StepBox
              key={id}
              step={step}
              mode={active || mode === 'watermark' ? mode : 'rate'}
              active={active}
              x={x}
              y={y}
              tabStop={id === stop}
              selected={id === selected}
              href={hrefOf(place, id === selected ? undefined : id)}
            />
          )
        })}
      </div>
    </section>
  )
}

function EdgeLabel({
  x,
  y,
  rate,
  how,
}: {
  readonly x: number
  readonly y: number
  readonly rate: number | undefined
  readonly how: string | undefined
}): VNode {
  return (
    <span class="elabel" style={{ left: `${x}px`, top: `${y}px`, '--room': `${box.across - box.width - 6}px` }}>
      <span>{rate === undefined ? '' : `${short(rate).replace(' ', '\u2009')}/s`}</span>
      <em class="cut" title={how}>
        {how === 'in place' ? '' : how}
      </em>
    </span>
  )
}

function hrefOf(place: Place, step: string | undefined): string {
  return withQuery(place, 'step', step)
}
