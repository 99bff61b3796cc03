import type { CallSite } from '../../../../errors/index.ts'
import { refusal } from './refusal.ts'

/** Gives each step of a job its name: the user's, else the kind and a number. State is found by it, so it is the same in every run of a program. */
export interface StepIds {
  take(kind: string, name: string | undefined, at: CallSite | undefined): string
}

/** @param given the names the user gave, which no other step may get */
export function stepIds(given: Iterable<string>): StepIds {
  const reserved = new Set(given)
  const taken = new Map<string, CallSite | undefined>()
  const counts = new Map<string, number>()
  return {
    take(kind, name, at) {
      if (name !== undefined) {
        if (taken.has(name)) throw refusal('stream.argument', `two steps of one name: ${name}`, at, 'give each step a name of its own')
        taken.set(name, at)
        return name
      }
      for (;;) {
        const count = (counts.get(kind) ?? 0) + 1
        counts.set(kind, count)
        const id = count === 1 ? kind : `${kind}-${count}`
        if (reserved.has(id) || taken.has(id)) continue
        taken.set(id, at)
        return id
      }
    },
  }
}
