import { rowsOf, rawAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { callNode, columnNode } from '../expr/index.ts'
import { type Builder, type Named, type Plan, type Relation, verbs } from '../plan/index.ts'
import { familyOf, printType } from '../schema/index.ts'
import { systemClock } from '../time/index.ts'
import type { Check } from './check.ts'
import { checkExpectations } from './check-checks.ts'
import { nameOf } from './conditions.ts'
import { type Contract, isContract } from './contract.ts'
import { countsOf, type Distribution, distribution, populationStability, readCounts } from './distribution.ts'
import { parseDuration } from './duration.ts'
import type { ChecksFor, ExpectOptions } from './expect-that.ts'
import { failures, markFailures, type NamedCheck } from './failed-checks.ts'
import { asFloat, cellAt, collect, type Run } from './figures.ts'
import { compareWithHistory, keepHistory } from './history.ts'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { needColumn, needInstant } from './need-column.ts'
import { aggregated, countWhere, kept, limited, projected } from './nodes.ts'
import { type CheckResult, makeReport, type Report } from './report.ts'
import { boundValue, type CheckSpec, isOfRows, rejects } from './spec.ts'

/** A check with what it found out before the pass. */
interface Prepared extends NamedCheck {
  /** Why it cannot hold for these data: a column that is not there, or is of another type. Only of a contract. */
  readonly misfit?: string | undefined
  readonly reference?: Distribution | undefined
  /** Of a check by a query of its own: its rows. */
  readonly own?: Plan | undefined
}
type Found = Omit<CheckResult<never>, 'samples' | 'anomaly'>

/** The body of `expectThat`. */
export async function runChecks<R, B extends Builder>(
  data: Relation<R, B>,
  given: readonly ChecksFor<NoInfer<R>>[] | Contract,
  options: ExpectOptions,
): Promise<Report<R, B>> {
  checkExpectations(data, given, options)
  const contract = isContract(given) ? given : undefined
  const checks = (contract?.checks ?? given) as readonly Check<never>[]
  const run: Run = { signal: options.signal }
  const plan = data.plan.open ? await data.engine.learn(data.plan, run) : data.plan
  const prepared = await prepare(data, plan, checks, options, contract !== undefined)
  const fitting = prepared.filter(one => one.misfit === undefined)
  const now = (options.clock ?? systemClock).now()
  const counts = await countAll(data, plan, fitting, run)
  const found: Found[] = []
  for (const one of prepared) found.push(await resultOf(one, { data, plan, counts, index: fitting.indexOf(one), now, run }))
  const samples = await sampleRows(data, plan, fitting, found, options.samples ?? 5, run)
  const results = found.map((one, index) => ({ ...one, anomaly: undefined, samples: samples[index] ?? [] })) as CheckResult<R>[]
  const { history, failedRows } = options
  const compared = history === undefined ? results : await compareWithHistory(history, contract?.name, results)
  const facts = {
    at: now,
    contract: contract === undefined ? undefined : { name: contract.name, version: contract.version, sha256: contract.sha256 },
  }
  const { report, rejected } = makeReport<R, B>(
    data,
    plan,
    fitting,
    compared.map(result => Object.freeze(result)),
    facts,
  )
  if (history !== undefined) await keepHistory(history, contract?.name, report, now)
  if (failedRows !== undefined && fitting.some(one => rejects(one.check['~data']) && (found[prepared.indexOf(one)]?.failed ?? 0) > 0))
    await data.engine.write(rejected(), failedRows, run)
  return report
}

async function prepare(
  data: Relation<unknown>,
  plan: Plan,
  checks: readonly Check<never>[],
  options: ExpectOptions,
  ofContract: boolean,
): Promise<readonly Prepared[]> {
  const made: Prepared[] = []
  for (const check of checks) made.push(await prepareOne(data, plan, check, options, ofContract))
  const names = made.map(one => one.name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  if (twice.length > 0)
    throw new TidemillError('quality.check', `two checks of one name: ${[...new Set(twice)].join(', ')}`, {
      hint: "give one another: .named('...')",
    })
  return made
}

async function prepareOne(
  data: Relation<unknown>,
  plan: Plan,
  check: Check<never>,
  options: ExpectOptions,
  ofContract: boolean,
): Promise<Prepared> {
  const table = await otherTable(data, check, options)
  try {
    const named: Prepared = { name: nameOf(check, plan.fields), check, table: table?.plan }
    const spec = check['~data']
    // A mistake shows before anything runs.
    if (spec.check === 'sql') return { ...named, own: await ownPlan(data, plan, spec.sql, options) }
    if (spec.check === 'type') needColumn(plan.fields, spec.column)
    else if (spec.check !== 'like') countingPlan(plan, [named])
    if (spec.check !== 'like') return named
    needColumn(plan.fields, spec.column)
    const reference =
      spec.reference ?? (table === undefined ? undefined : await distribution(table as Relation<never>, spec.column as never, options))
    const whole = { ...named, reference }
    countingPlan(plan, [whole])
    return whole
  } catch (error) {
    // A contract is about data that are not known when it is written: what does not fit it is a failure, not a mistake.
    if (!ofContract || !(error instanceof TidemillError) || !/^(expr|plan|quality|engine\.sql)/.test(error.code)) throw error
    return { name: check.name ?? check.kind, check, table: table?.plan, misfit: error.message }
  }
}

async function otherTable(data: Relation<unknown>, check: Check<never>, options: ExpectOptions): Promise<Relation<unknown> | undefined> {
  const spec = check['~data']
  if (spec.check !== 'in' && spec.check !== 'like') return undefined
  const { table } = check['~given']
  if (table !== undefined) return learnt(table)
  if (spec.table === '') return undefined
  const named = options.tables?.[spec.table]
  if (named !== undefined) return learnt(named)
  const have = Object.keys(options.tables ?? {})
  throw new TidemillError(
    'quality.check',
    `unknown table of ${check.name ?? check.kind}: ${spec.table} (have ${have.join(', ') || 'none'})`,
    {
      hint: `give it: { tables: { ${spec.table} } }`,
    },
  )

  async function learnt(other: Relation<unknown>): Promise<Relation<unknown>> {
    if (other.engine !== data.engine)
      throw new TidemillError('quality.check', `${check.name ?? check.kind}: the other table is of another session`)
    return other.plan.open
      ? { ...other, plan: await other.engine.learn(other.plan, { signal: options.signal }), engine: other.engine }
      : other
  }
}

async function ownPlan(data: Relation<unknown>, plan: Plan, sql: string, options: ExpectOptions): Promise<Plan> {
  const tables = Object.fromEntries(Object.entries(options.tables ?? {}).map(([name, table]) => [name, table.plan]))
  const source = { kind: 'sql', options: { text: sql, tables: { ...tables, data: plan } } }
  const known = data.engine.capabilities.sources['sql']
  if (typeof known !== 'string') throw new TidemillError('session.engine', `no SQL text on ${data.engine.name}`)
  return verbs.scan(source, await data.engine.schemaOf(source, { signal: options.signal }))
}

/** One row with all counts: one pass over the data. */
function countingPlan(plan: Plan, checks: readonly Prepared[]): Plan {
  const marked = markFailures(plan, checks, 'count')
  const aggs: Named[] = [{ name: 'rows', expr: callNode('count', []) }]
  for (const [index, one] of checks.entries()) {
    const spec = one.check['~data']
    const failed = marked.failed.get(one.name)
    if (failed !== undefined) aggs.push({ name: `failed${index}`, expr: countWhere(failed) })
    else aggs.push(...figuresOf(plan, spec, index, one.reference))
  }
  return aggregated(marked.plan, [], aggs)
}

function figuresOf(plan: Plan, spec: CheckSpec, index: number, reference: Distribution | undefined): readonly Named[] {
  const at = `${spec.check}${index}`
  switch (spec.check) {
    case 'unique': {
      const values = spec.columns.map(name => columnNode(needColumn(plan.fields, name)))
      const known = values.map(value => callNode('isNotNull', [value])).reduce((all, one) => callNode('and', [all, one]))
      return [
        { name: `${at}.values`, expr: countWhere(known) },
        { name: `${at}.distinct`, expr: callNode('countDistinct', values) },
      ]
    }
    case 'fresh':
      return [{ name: at, expr: callNode('max', [columnNode(needInstant(plan.fields, spec.column))]) }]
    case 'like':
      return reference === undefined ? [] : countsOf(plan.fields, spec.column, reference, at)
    case 'figure': {
      const field = needColumn(plan.fields, spec.column)
      const value = columnNode(field)
      if (spec.figure === 'nullShare') return [{ name: at, expr: callNode('count', [value]) }]
      if (spec.figure === 'distinct') return [{ name: at, expr: callNode('countDistinct', [value]) }]
      if (familyOf(field.type) !== 'number')
        throw new TidemillError('expr.type', `${spec.column}: ${spec.figure} wants a number, not ${printType(field.type)}`)
      const q = spec.figure === 'quantile' ? { q: spec.q ?? 0.5 } : undefined
      return [{ name: at, expr: callNode(spec.figure, [asFloat(field)], q) }]
    }
    default:
      return []
  }
}

type Counts = (name: string) => unknown

async function countAll(data: Relation<unknown>, plan: Plan, checks: readonly Prepared[], run: Run): Promise<Counts> {
  const [answer] = await collect(data, countingPlan(plan, checks), run)
  if (answer === undefined) throw new TidemillError('engine.incomplete', 'no row of counts came back')
  const places = new Map(answer.fields.map((field, index) => [field.name, index]))
  return name => {
    const column = answer.columns[places.get(name) ?? -1]
    if (column === undefined) throw new TidemillError('engine.incomplete', `no count ${name} came back`)
    return rawAt(column, 0)
  }
}

interface Asked {
  readonly data: Relation<unknown>
  readonly plan: Plan
  readonly counts: Counts
  /** Its place among the checks that were counted. */
  readonly index: number
  readonly now: number
  readonly run: Run
}

async function resultOf(one: Prepared, { data, plan, counts, index, now, run }: Asked): Promise<Found> {
  const { name, check } = one
  const spec = check['~data']
  const seen = Number(counts('rows'))
  const base = { name, kind: check.kind, severity: spec.severity ?? ('error' as const), seen }
  const whole = (passed: boolean, found: string | undefined, figure: number | undefined): Found => ({
    ...base,
    passed,
    failed: passed ? 0 : 1,
    found,
    figure,
    share: passed ? 1 : 0,
  })
  const ofRows = (failed: number, all = seen): Found => {
    const allowed = spec.atMost !== undefined && failed <= spec.atMost
    const enough = spec.atLeast !== undefined && all - failed >= spec.atLeast * all
    const share = all === 0 ? 1 : Math.max(0, 1 - failed / all)
    return {
      ...base,
      passed: failed === 0 || allowed || enough,
      failed,
      found: undefined,
      figure: all === 0 ? undefined : failed / all,
      share,
    }
  }
  if (one.misfit !== undefined) return whole(false, one.misfit, undefined)
  const read = (rest: string): unknown => counts(`${spec.check}${index}${rest}`)
  switch (spec.check) {
    case 'unique':
      return ofRows(Number(read('.values')) - Number(read('.distinct')))
    case 'rowCount':
      return whole(within(seen, spec.low, spec.high), `${seen} rows`, seen)
    case 'type': {
      const type = printType(needColumn(plan.fields, spec.column).type)
      return whole(type === spec.type, `${spec.column} is ${type}`, undefined)
    }
    case 'fresh': {
      const newest = read('')
      const passed = typeof newest === 'bigint' && Number(newest / 1000n) >= now - parseDuration(spec.within)
      const age = typeof newest === 'bigint' ? now - Number(newest / 1000n) : undefined
      return whole(passed, typeof newest === 'bigint' ? `newest is ${instant(newest)}` : 'no value', age)
    }
    case 'figure': {
      const value = read('')
      if (spec.figure === 'nullShare') {
        const share = seen === 0 ? 0 : (seen - Number(value)) / seen
        return whole(within(share, spec.low, spec.high), `share of NULLs is ${share}`, share)
      }
      const figure = value === null ? undefined : Number(value)
      const passed = figure !== undefined && within(figure, spec.low, spec.high)
      return whole(passed, figure === undefined ? 'no value' : `${spec.figure} is ${figure}`, figure)
    }
    case 'like': {
      const psi = stability(one, read)
      const ks =
        spec.ks === undefined || one.table === undefined ? undefined : await kolmogorovSmirnov(data, plan, one.table, spec.column, run)
      const passed =
        (spec.psi === undefined || (psi !== undefined && psi <= spec.psi)) && (spec.ks === undefined || (ks !== undefined && ks <= spec.ks))
      const found = [psi === undefined ? 'no value' : `psi ${psi.toPrecision(4)}`, ...(ks === undefined ? [] : [`ks ${ks.toPrecision(4)}`])]
      return whole(passed, found.join(', '), spec.psi === undefined ? ks : psi)
    }
    case 'sql': {
      const [answer] = await collect(data, aggregated(one.own as Plan, [], [{ name: 'n', expr: callNode('count', []) }]), run)
      const failed = answer === undefined ? 0 : Number(cellAt(answer, 0, 0))
      return { ...ofRows(failed), figure: failed }
    }
    default:
      return ofRows(Number(counts(`failed${index}`)))
  }
}

function stability({ check, reference, name }: Prepared, read: (rest: string) => unknown): number | undefined {
  if (reference === undefined) throw new TidemillError('quality.check', `${name}: no reference (${check.kind})`)
  const counts = readCounts(reference, place => Number(read(`.${place}`)))
  if (counts.every(count => count === 0)) return undefined
  return populationStability(reference.kind === 'values' ? [...reference.counts, reference.other] : reference.counts, counts)
}

function within(value: number, low: number | string, high: number | string): boolean {
  return value >= Number(boundValue(low)) && value <= Number(boundValue(high))
}

/** Some rows of each check that failed: one more pass for all of them, which ends when there are enough. */
async function sampleRows(
  data: Relation<unknown>,
  plan: Plan,
  checks: readonly Prepared[],
  found: readonly Found[],
  most: number,
  run: Run,
): Promise<readonly (readonly unknown[])[]> {
  const samples = found.map((): unknown[] => [])
  const at = new Map(found.map((one, index) => [one.name, index]))
  const wanted = checks.filter(one => isOfRows(one.check['~data']) && (found[at.get(one.name) ?? -1]?.failed ?? 0) > 0)
  if (wanted.length > 0 && most > 0) {
    const lists = wanted.map(one => samples[at.get(one.name) as number] as unknown[])
    const needs = wanted.map(one => Math.min(most, found[at.get(one.name) as number]?.failed ?? 0))
    for await (const batch of data.engine.run(failures(plan, wanted), { signal: run.signal })) {
      const flags = batch.columns.slice(plan.fields.length)
      const rows = rowsOf({
        ...batch,
        fields: batch.fields.slice(0, plan.fields.length),
        columns: batch.columns.slice(0, plan.fields.length),
      })
      for (const [index, list] of lists.entries()) {
        const flag = flags[index]
        for (let row = 0; flag !== undefined && row < batch.rows && list.length < (needs[index] as number); row++)
          if (rawAt(flag, row) === true) list.push(rows[row])
      }
      if (lists.every((list, index) => list.length >= (needs[index] as number))) break
    }
  }
  for (const one of checks)
    if (one.own !== undefined && most > 0 && (found[at.get(one.name) ?? -1]?.failed ?? 0) > 0)
      for (const batch of await collect(data, limited(projected(one.own, kept(one.own.fields)), most), run))
        samples[at.get(one.name) as number]?.push(...rowsOf(batch))
  return samples.map(rows => Object.freeze(rows))
}

function instant(micros: bigint): string {
  const ms = Number(micros / 1000n)
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${micros} microseconds`
}
