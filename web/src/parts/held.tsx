import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { type Held, heldRows } from '../state/held.ts'

export interface HeldRows<T> extends Held<T> {
  /** Shows those that wait. */
  readonly release: () => void
}

/** The rows that were there when the table came, with their newest values; later ones wait. */
export function useHeld<T>(rows: readonly T[], keyOf: (row: T) => string): HeldRows<T> {
  const keys = (): ReadonlySet<string> => new Set(rows.map(keyOf))
  const [known, know] = useState(keys)
  return { ...heldRows(rows, keyOf, known), release: () => know(keys) }
}

/** Above a table: how many rows wait. */
export function Waiting({ held: { waiting, release } }: { readonly held: HeldRows<unknown> }): VNode | null {
  if (waiting === 0) return null
  return (
    <div class="more">
      <button type="button" class="btn tiny" onClick={release}>
        {waiting} new
      </button>
    </div>
  )
}
