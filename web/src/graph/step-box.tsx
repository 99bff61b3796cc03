import type { VNode } from 'preact'
import type { JobDetail } from '../api/answers.ts'
import { percent, short } from '../format/number.ts'
import { when } from '../format/time.ts'
import { heldBack } from '../state/attention.ts'

export type Step = JobDetail['steps'][number]
export type GraphMode = 'backpressure' | 'rate' | 'watermark'

export interface StepBoxProps {
  readonly step: Step
  readonly mode: GraphMode
  /** False once its job has ended: then there are totals only. */
  readonly active: boolean
  readonly x: number
  readonly y: number
  readonly tabStop: boolean
  readonly selected: boolean
  readonly href: string
}

/** One step: what it does, its rate, and how its stage spent the last second. */
export function StepBox({ step, mode, active, x, y, tabStop, selected, href }: StepBoxProps): VNode {
  const { id, kind, label, parallelism, busy, waiting, idle } = step
  const grade = waiting >= 0.6 ? ' high' : waiting >= heldBack ? ' low' : ''
  return (
    <a
      class={`node${mode === 'backpressure' ? grade : ''}`}
      href={href}
      data-step={id}
      tabIndex={tabStop ? 0 : -1}
      aria-current={selected ? 'true' : undefined}
      style={{ left: `${x}px`, top: `${y}px`, '--nw': '138px' }}
      title={`${id}: ${label}`}
    >
      <span class="op">
        <b class="cut">{id}</b>
        <span>×{parallelism}</span>
      </span>
      <span class="arg">{label === id ? kind : label}</span>
      <Figures step={step} mode={mode} />
      {active ? (
        <span class="meter" role="img" aria-label={`busy ${percent(busy)}, waits ${percent(waiting)}, idle ${percent(idle)}`}>
          <i style={{ width: percent(busy).replace(' ', ''), '--k': 'var(--c1)' }} />
          <i style={{ width: percent(waiting).replace(' ', ''), '--k': 'var(--c2)' }} />
        </span>
      ) : null}
    </a>
  )
}

function Figures({ step, mode }: { readonly step: Step; readonly mode: GraphMode }): VNode {
  const rate = `${short(step.rowsPerSecond)}${step.rowsPerSecond >= 9999.5 ? '' : ' '}/s`
  if (mode === 'rate')
    return (
      <span class="r">
        <span>{short(step.rowsIn)} in</span>
        <span>{short(step.rowsOut)} out</span>
      </span>
    )
  if (mode === 'watermark')
    return (
      <span class="r">
        <span>{when(step.watermark, Date.now())}</span>
      </span>
    )
  return (
    <span class="r">
      <span>{rate}</span>
      {step.waiting >= heldBack ? (
        <span class={step.waiting >= 0.6 ? 't-bad' : 't-warn'}>waits {percent(step.waiting)}</span>
      ) : (
        <span class={step.busy >= 0.8 ? 'strong' : undefined}>busy {percent(step.busy)}</span>
      )}
    </span>
  )
}
