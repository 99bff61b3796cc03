import { buildExprs, literalNode } from '../expr/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { PivotArgs, Plan } from '../plan/index.ts'
import type { CalendarDate, Decimal } from '../schema/index.ts'

export interface PivotOptions {
  readonly index: string | readonly string[]
  readonly columns: string
  readonly values: (r: never) => object
  readonly margins?: boolean | string
  readonly level?: string
}

/** What a value of the pivoted column may be. */
export type PivotValue = string | number | bigint | boolean | Date | CalendarDate | Decimal

/** The arguments of the verb; each value gives its text as the name of a column. */
export function pivotArgs(plan: Plan, options: PivotOptions, into: readonly PivotValue[]): PivotArgs {
  const { index, columns, level } = options
  const margins = marginsOf(options.margins)
  const field = plan.fields.find(one => one.name === columns)
  const values = buildExprs('pivot', plan.fields, plan.open, ['aggregate'], r => ({
    value: (options.values as (r: unknown) => object)(r),
  }))['value']
  if (values === undefined) throw new TidemillError('plan.argument', 'values of pivot gave no aggregate')
  return {
    index: typeof index === 'string' ? [index] : index,
    columns,
    values,
    into: into.map(value => ({
      name: value instanceof Date ? value.toISOString() : String(value),
      value: field === undefined || typeof value === 'string' ? literalNode(value) : literalNode(value, field.type),
    })),
    ...(margins === undefined ? {} : { margins }),
    ...(level === undefined ? {} : { level }),
  }
}

/** What the totals are called; undefined where there are none. */
export function marginsOf(margins: boolean | string = false): string | undefined {
  return margins === true ? 'All' : margins === false ? undefined : margins
}
