import type { ComponentChildren, VNode } from 'preact'
import { moment } from '../format/time.ts'
import { ProblemBox } from './problem.tsx'

/** What a page of one thing shows until it is known, or where it is not to be had. */
export function NotKnownYet({ title, known, error }: { readonly title: string; readonly known: boolean; readonly error: unknown }): VNode {
  return (
    <>
      {known ? null : (
        <div class="head">
          <h1>{title}</h1>
        </div>
      )}
      {error === undefined ? null : <ProblemBox error={error} />}
    </>
  )
}

interface RunHeadProps {
  readonly title: string
  readonly state: VNode
  readonly run: { readonly started: number; readonly by: string; readonly failure: string | null }
  /** Before the moment. */
  readonly kind?: string
  /** Behind who started it. */
  readonly children?: ComponentChildren
}

/** The head of a run: what it is called, how it went, when and by whom it was started, why it failed. */
export function RunHead({ title, state, run, kind, children }: RunHeadProps): VNode {
  return (
    <>
      <div class="head">
        <div class="title">
          <h1>{title}</h1>
          {state}
        </div>
        <div class="facts">
          {kind === undefined ? null : <span>{kind}</span>}
          <span>{moment(run.started)}</span>
          <span>by {run.by}</span>
          {children}
        </div>
      </div>
      {run.failure === null ? null : (
        <div class="error">
          <b>{run.failure}</b>
        </div>
      )}
    </>
  )
}
