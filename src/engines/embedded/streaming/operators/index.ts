/** What the steps of a stage do to rows, and how keys are hashed and dealt out. */
export { hashKeys } from './hash-keys.ts'
export { groupOf, ownerOf, rangeOf } from './key-groups.ts'
export { partitioner } from './partitioner.ts'
export { timesOf, withoutTime, withTime } from './event-time.ts'
export { makeOperators } from './make-operators.ts'
export { stepLabel } from './step-label.ts'
