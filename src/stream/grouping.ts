/** How tuples of one node come to the tasks of another. */
import { showingText } from '../errors/index.ts'

/** A grouping: `From` is the node it reads, `Field` the fields that choose the task. */
export interface Grouping<out From extends string, out Field extends string> {
  readonly from: From
  readonly fields: readonly Field[]
  readonly by: 'shuffle' | 'fields' | 'all' | 'global'
}

/** In turn: every task gets about as many tuples. */
export function shuffle<const S extends string>(from: S): Grouping<S, never> {
  return grouping(from, [], 'shuffle')
}

/**
 * Tuples with equal values of the fields go to the same task.
 *
 * @example fields('split', 'word')
 */
export function fields<const S extends string, const F extends string>(from: S, ...names: [F, ...F[]]): Grouping<S, F> {
  return grouping(from, names, 'fields')
}

/** Every tuple goes to every task. */
export function all<const S extends string>(from: S): Grouping<S, never> {
  return grouping(from, [], 'all')
}

/** Every tuple goes to the first task. */
export function global<const S extends string>(from: S): Grouping<S, never> {
  return grouping(from, [], 'global')
}

function grouping<S extends string, F extends string>(from: S, names: readonly F[], by: Grouping<S, F>['by']): Grouping<S, F> {
  const made = { from, fields: Object.freeze([...names]), by }
  return Object.freeze({ ...made, ...showingText(() => `${by}(${[from, ...names].join(', ')})`) })
}
