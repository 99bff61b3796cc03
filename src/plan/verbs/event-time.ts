import type { CallSite } from '../../errors/index.ts'
import { printField } from '../../schema/index.ts'
import { isEvent } from '../event-types.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'

export interface EventTimeArgs {
  readonly column: string
  /** How far rows may be out of order, in milliseconds. */
  readonly latenessMs: number
  /** After so many milliseconds of silence a source holds nobody up. */
  readonly idleMs: number
}

/**
 * Says when each row of a stream happened: a column of type timestamp or datetime without NULLs.
 *
 * @throws plan.unknown-column, plan.type, plan.argument
 */
export function eventTime(input: Plan, args: EventTimeArgs, at?: CallSite): Plan {
  const { column, latenessMs, idleMs } = args
  if (input.node !== 'scan') throw problem('plan.argument', `event time belongs to a source, not behind ${input.node}`, at)
  needColumns(input.fields, [column], at)
  const field = input.fields.find(one => one.name === column)
  if (field !== undefined && !isEvent(field.type))
    throw problem('plan.type', `event time is no timestamp: ${printField(field)}`, at, {
      hint: `declare it in the schema of the source: { ${column}: 'timestamp' }`,
    })
  if (field?.nullable === true)
    throw problem('plan.type', `event time may be NULL: ${printField(field)}`, at, {
      hint: `declare it without ? in the schema of the source: { ${column}: 'timestamp' }; a row without it is a broken record`,
    })
  for (const [name, ms] of [['lateness', latenessMs] as const, ['idle', idleMs] as const])
    if (!(Number.isSafeInteger(ms) && ms >= 0)) throw problem('plan.argument', `${name} is no whole number of milliseconds: ${ms}`, at)
  return { node: 'eventTime', input, column, latenessMs, idleMs, fields: input.fields, open: false, at }
}
