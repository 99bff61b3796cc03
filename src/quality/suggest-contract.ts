/** A first contract, made of what a profile saw. */
import { type Shown, showing } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Relation } from '../plan/index.ts'
import { type Check, column, rowCount } from './check.ts'
import { type Contract, contract } from './contract.ts'
import { printContract } from './print-contract.ts'
import { type Profile, profile, type ProfileOptions } from './profile.ts'
import type { ColumnProfile } from './profile-columns.ts'

export interface SuggestOptions extends ProfileOptions {
  /** Default: `data`. */
  readonly name?: string
  /** Default: `1`. */
  readonly version?: string
}
export interface Suggestion extends Shown {
  readonly contract: Contract
  /** The figures that each check rests on, in the order of the checks. */
  readonly because: readonly { readonly check: string; readonly because: string }[]
  /** A module of TypeScript that makes the contract. */
  toTypeScript(): string
}
interface Reasoned {
  readonly check: Check<never>
  readonly because: string
}

/**
 * Suggests a contract: the types of all columns; completeness, uniqueness and sets where the data show them; ranges (a tenth wider than seen), distributions and row counts (half
 * to double) as warnings. It says what was, not what must be: read it before you keep it.
 *
 * @example
 * const { contract, because } = await suggestContract(orders, { name: 'orders' })
 * await saveContract('orders.contract.json', contract)
 * @throws quality.check for a table without rows
 */
export async function suggestContract<R>(data: Relation<R>, options: SuggestOptions = {}): Promise<Suggestion> {
  const { name = 'data', version = '1', ...more } = options
  const facts = await profile(data, more)
  if (facts.rows === 0) throw new TidemillError('quality.check', 'no rows to learn a contract from')
  const found = [...ofTable(facts), ...facts.columns.flatMap(one => ofColumn(facts, one))]
  const made = contract({ name, version, checks: found.map(one => one.check) })
  const because = found.map(({ check, because: why }) => ({ check: check.name ?? check.kind, because: why }))
  return Object.freeze({
    contract: made,
    because: Object.freeze(because),
    toTypeScript: () => printContract(made),
    ...showing(() => ({
      kind: 'table',
      title: `suggested contract ${name} ${version}: ${because.length} checks`,
      columns: [
        { name: 'check', type: '', align: 'left' },
        { name: 'severity', type: '', align: 'left' },
        { name: 'because', type: '', align: 'left' },
      ],
      rows: found.map(({ check, because: why }) => [check.name ?? check.kind, check['~data'].severity ?? 'error', why]),
      total: found.length,
      shown: found.length,
    })),
  })
}

function ofTable({ rows }: Profile): readonly Reasoned[] {
  const [low, high] = [Math.max(1, Math.floor(rows / 2)), rows * 2]
  return [{ check: rowCount().between(low, high).severity('warning'), because: `${rows} rows` }]
}

function ofColumn(facts: Profile, one: ColumnProfile): readonly Reasoned[] {
  const { name, count, nulls } = one
  const checks = column(name)
  const found: Reasoned[] = [{ check: checks.type(one.type), because: `the column is ${one.type}` }]
  if (nulls === 0 && facts.rows >= 2) found.push({ check: checks.notNull(), because: `none of ${facts.rows} is NULL` })
  else if (count > 0 && nulls < facts.rows / 2) {
    // Twice as many may be missing as are now.
    const share = Math.max(0.01, Math.floor((1 - (2 * nulls) / facts.rows) * 100) / 100)
    found.push({ check: checks.notNull().atLeast(share).severity('warning'), because: `${nulls} of ${facts.rows} are NULL` })
  }
  if (isKey(facts, one)) found.push({ check: checks.unique(), because: `${count} different values in ${count} rows` })
  found.push(...ofNumbers(facts, one), ...ofTexts(facts, one))
  return found
}

/** Different in every row, of a type that keys have; a few rows are different by chance. */
function isKey(facts: Profile, { count, nulls, distinct, type }: ColumnProfile): boolean {
  return facts.sample === undefined && distinct === count && nulls === 0 && count >= 10 && /^(u?int|bigint|string|uuid)/.test(type)
}

function ofNumbers(facts: Profile, one: ColumnProfile): readonly Reasoned[] {
  const { name, histogram, zeros, negatives, nan, infinite, count } = one
  if (histogram === null || zeros === null) return []
  const [low, high] = [histogram.edges[0] as number, histogram.edges.at(-1) as number]
  const seen = `seen from ${low} to ${high}`
  const found: Reasoned[] = []
  const isCount = /^u?int/.test(one.type)
  const wider = (high - low) / 10
  const from = low >= 0 && low - wider < 0 ? 0 : rounded(low - wider, Math.floor, isCount)
  const to = rounded(high + wider, Math.ceil, isCount)
  const key = isKey(facts, one)
  if (!key && (nan ?? 0) + (infinite ?? 0) === 0)
    found.push({ check: column(name).between(from, to).severity('warning'), because: `${seen}${negatives === 0 ? ', none negative' : ''}` })
  if (!key && count >= 1_000 && (one.distinct ?? 0) > 20) {
    const reference = { kind: 'numbers' as const, edges: histogram.edges.slice(1, -1), counts: histogram.counts }
    found.push({ check: column(name).like(reference, { psi: 0.2 }).severity('warning'), because: `the histogram of ${count} values` })
  }
  return found
}

/** Outwards to three digits. */
function rounded(value: number, round: (value: number) => number, whole: boolean): number {
  if (whole) return round(value)
  if (value === 0) return 0
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2)
  return Number((round(value / unit) * unit).toPrecision(12))
}

function ofTexts(facts: Profile, { name, type, top, distinct, count, lengths, empty }: ColumnProfile): readonly Reasoned[] {
  if (lengths === null || type !== 'string') return []
  const found: Reasoned[] = []
  // `top` holds five values, so sets are suggested when these are all.
  if (facts.sample === undefined && distinct !== null && distinct > 1 && distinct === top.length && count >= 10 * distinct)
    found.push({ check: column(name).oneOf(top.map(one => String(one.value))), because: `${distinct} different values in ${count} rows` })
  else if (empty === 0 && lengths.max <= 1_000)
    found.push({
      check: column(name)
        .length(1, lengths.max * 2)
        .severity('warning'),
      because: `${lengths.min} to ${lengths.max} characters, none empty`,
    })
  return found
}
