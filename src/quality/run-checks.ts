import { type Batch, rawAt, rowsOf } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { callNode, columnNode } from '../expr/index.ts'
import type { Builder, Named, Plan, Relation } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import { systemClock } from '../time/index.ts'
import { type Check, nameOf, needColumn, needInstant } from './check.ts'
import { checkExpectations } from './check-checks.ts'
import { inScanOrder, markFailures, type NamedCheck } from './failed-checks.ts'
import { aggregated, countWhere, filtered, kept, limited, projected } from './nodes.ts'
import type { ChecksFor, ExpectOptions } from './expect-that.ts'
import { type CheckResult, makeReport, type Report } from './report.ts'

/** The body of `expectThat`. */
export async function runChecks<R, B extends Builder>(
  data: Relation<R, B>,
  checks: readonly ChecksFor<NoInfer<R>>[],
  options: ExpectOptions,
): Promise<Report<R, B>> {
  checkExpectations(data, checks, options)
  const run = options.signal === undefined ? {} : { signal: options.signal }
  const plan = data.plan.open ? await data.engine.learn(data.plan, run) : data.plan
  const named = withNames(checks as readonly Check<never>[], plan.fields)
  const answers = await collect(data, countingPlan(plan, named), run)
  const [answer] = answers
  if (answer === undefined) throw new TidemillError('engine.incomplete', 'no row of counts came back')
  const read = (name: string): unknown => {
    const index = answer.fields.findIndex(field => field.name === name)
    const column = answer.columns[index]
    return column === undefined ? null : rawAt(column, 0)
  }
  const seen = Number(read('rows'))
  const now = (options.clock ?? systemClock).now()
  const results: CheckResult<R>[] = []
  const marked = markFailures(plan, named)
  for (const [index, { name, check }] of named.entries()) {
    const result = resultOf(name, check, { index, seen, now, read })
    const failed = marked.failed.get(name)
    const samples =
      failed === undefined || result.failed === 0
        ? []
        : await collect(
            data,
            projected(limited(inScanOrder(filtered(marked.plan, failed), marked.place), options.samples ?? 5), kept(plan.fields)),
            run,
          )
    results.push(Object.freeze({ ...result, samples: Object.freeze(samples.flatMap(batch => rowsOf(batch) as R[])) }))
  }
  return makeReport(data, plan, named, results)
}

function withNames(checks: readonly Check<never>[], schema: Schema): readonly NamedCheck[] {
  const named = checks.map(check => ({ name: nameOf(check, schema), check }))
  const names = named.map(one => one.name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0)
    throw new TidemillError('quality.check', `two checks of one name: ${[...new Set(twice)].join(', ')}`, {
      hint: "give one another: .named('...')",
    })
  return named
}

/** One row with all counts. */
function countingPlan(plan: Plan, checks: readonly NamedCheck[]): Plan {
  const aggs: Named[] = [{ name: 'rows', expr: callNode('count', []) }]
  for (const [index, { check }] of checks.entries()) {
    const data = check['~data']
    if (data.of === 'row') {
      const failed = markFailures(plan, [{ name: 'it', check }]).failed.get('it')
      if (failed !== undefined) aggs.push({ name: `failed${index}`, expr: countWhere(failed) })
    } else if (data.of === 'unique') {
      const value = columnNode(needColumn(plan.fields, data.column))
      aggs.push(
        { name: `values${index}`, expr: callNode('count', [value]) },
        { name: `distinct${index}`, expr: callNode('countDistinct', [value]) },
      )
    } else if (data.of === 'fresh') {
      aggs.push({ name: `newest${index}`, expr: callNode('max', [columnNode(needInstant(plan.fields, data.column))]) })
    }
  }
  return aggregated(plan, [], aggs)
}

interface Counts {
  readonly index: number
  readonly seen: number
  readonly now: number
  readonly read: (name: string) => unknown
}

function resultOf(name: string, check: Check<never>, { index, seen, now, read }: Counts): Omit<CheckResult<never>, 'samples'> {
  const data = check['~data']
  switch (data.of) {
    case 'row':
    case 'unique': {
      const failed = data.of === 'row' ? Number(read(`failed${index}`)) : Number(read(`values${index}`)) - Number(read(`distinct${index}`))
      return { name, kind: check.kind, passed: failed === 0 || seen - failed >= data.share * seen, seen, failed, found: undefined }
    }
    case 'rowCount': {
      const passed = seen >= data.low && seen <= data.high
      return { name, kind: check.kind, passed, seen, failed: passed ? 0 : 1, found: `${seen} rows` }
    }
    case 'fresh': {
      const newest = read(`newest${index}`)
      const passed = typeof newest === 'bigint' && Number(newest / 1000n) >= now - data.withinMs
      const found = typeof newest === 'bigint' ? `newest is ${instant(newest)}` : 'no value'
      return { name, kind: check.kind, passed, seen, failed: passed ? 0 : 1, found }
    }
  }
}

function instant(micros: bigint): string {
  const ms = Number(micros / 1000n)
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${micros} microseconds`
}

async function collect(data: Relation<unknown>, plan: Plan, options: { readonly signal?: AbortSignal }): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  for await (const batch of data.engine.run(plan, options)) if (batch.rows > 0) batches.push(batch)
  return batches
}
