import type { AnyModel } from '../ml/index.ts'

/** A fitted step inside a model: what kind it is, and what it learnt. */
export interface PlainState {
  readonly kind: string
  readonly state: Readonly<Record<string, unknown>>
}

/** The model and all steps in it. */
export function statesIn(model: AnyModel): readonly PlainState[] {
  const found: PlainState[] = []
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    const { kind, state } = part as { readonly kind?: unknown; readonly state?: unknown }
    if (typeof kind !== 'string' || typeof state !== 'object' || state === null) return
    found.push({ kind, state: state as PlainState['state'] })
    const { steps, parts } = state as { readonly steps?: unknown; readonly parts?: unknown }
    for (const inner of [steps, parts]) if (Array.isArray(inner)) inner.forEach(visit)
  }
  visit(model.state)
  return found
}
