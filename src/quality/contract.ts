/** A contract: named, versioned checks as data that can be kept in a file and read by whoever makes or takes the data. */
import { readFile } from 'node:fs/promises'
import { type Shown, showing } from '../display/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../storage/index.ts'
import { type Check, checkOf, openCondition } from './check.ts'
import { wrong } from './need-that.ts'
import { readSpec } from './read-spec.ts'
import type { CheckSpec } from './spec.ts'

export interface Contract extends Shown {
  readonly name: string
  readonly version: string
  readonly description: string | undefined
  readonly checks: readonly Check<never>[]
  /** Of name, version, description and checks. */
  readonly sha256: string
  /** What `contractFrom` reads. */
  toJSON(): ContractJson
}
/** The file of a contract. */
export interface ContractJson {
  readonly format: 'tidemill.contract'
  readonly formatVersion: 1
  readonly name: string
  readonly version: string
  readonly description?: string | undefined
  readonly checks: readonly CheckSpec[]
  readonly sha256: string
}

const made = new WeakSet<object>()
const example = "contract({ name: 'orders', version: '1', checks: [column('id').unique()] })"

/**
 * Checks under a name and a version. Other tables are named in it (`column('customerId').in('customers', 'id')`) and given when it is used; the reference of `like` is named too, or
 * counted by `distribution()`.
 *
 * @example
 * const orders = contract({ name: 'orders', version: '1', checks: [column('id').unique(), rowCount().between(1, 1e6)] })
 * const report = await expectThat(table, orders)
 * await saveContract('orders.contract.json', orders)
 * @throws quality.check for checks of a wrong form, two of one name, and checks that hold a table
 */
export function contract(given: {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly checks: readonly Check<never>[]
}): Contract {
  if (typeof given !== 'object' || given === null) throw wrong(`contract wants an object, not ${whatIs(given)}`, example)
  const { name, version, description, checks } = given
  for (const [what, value] of Object.entries({ name, version }))
    if (typeof value !== 'string' || value === '') throw wrong(`${what} of a contract must be a text, not ${whatIs(value)}`, example)
  if (!Array.isArray(checks)) throw wrong(`contract wants an array of checks, not ${whatIs(checks)}`, example)
  const specs = checks.map((check, index) => specOf(check as Check<never>, index))
  const names = checks.map((check: Check<never>) => check.name).filter(one => one !== undefined)
  const twice = names.filter((one, index) => names.indexOf(one) !== index)
  if (twice.length > 0) throw wrong(`two checks of one name: ${[...new Set(twice)].join(', ')}`, "give one another: .named('...')")
  const body = { name, version, ...(description === undefined ? {} : { description }), checks: specs }
  const sha256 = hashOf(body)
  const json: ContractJson = Object.freeze({ format: 'tidemill.contract', formatVersion: 1, ...body, sha256 })
  const whole: Contract = Object.freeze({
    name,
    version,
    description,
    // As a reader of the file would have them: what was tried is what is kept.
    checks: Object.freeze(specs.map(spec => checkOf(spec))),
    sha256,
    toJSON: () => json,
    ...showing(() => ({
      kind: 'table',
      title: `contract ${name} ${version}`,
      columns: [
        { name: 'check', type: '', align: 'left' },
        { name: 'severity', type: '', align: 'left' },
        { name: 'may fail', type: '', align: 'left' },
      ],
      rows: specs.map((spec, index) => [
        checkOf(spec).name ?? `condition ${index + 1}`,
        spec.severity ?? 'error',
        spec.atLeast !== undefined
          ? `all but ${Number(((1 - spec.atLeast) * 100).toPrecision(3))} % of rows`
          : spec.atMost !== undefined
            ? `${spec.atMost} rows`
            : '',
      ]),
      total: specs.length,
      shown: specs.length,
    })),
  })
  made.add(whole)
  return whole
}

/**
 * A contract of its JSON, all of which is checked: it may come from anywhere. A file without `sha256` was written by hand and is taken as it is.
 *
 * @example
 * const orders = contractFrom(JSON.parse(text))
 * @throws quality.contract for what is no contract; storage.damaged when its hash tells of a change; storage.version for a newer one
 */
export function contractFrom(json: unknown, file = 'contract'): Contract {
  const bad = (what: string): TidemillError =>
    new TidemillError('quality.contract', `${file} is no contract: ${what}`, { details: { file } })
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bad(`it is ${whatIs(json)}`)
  const { format, formatVersion, name, version, description, checks, sha256 } = json as { readonly [K in keyof ContractJson]?: unknown }
  if (format !== 'tidemill.contract') throw bad(`its format is ${whatIs(format)}, not "tidemill.contract"`)
  if (typeof formatVersion === 'number' && formatVersion > 1)
    throw new TidemillError('storage.version', `newer contract: ${file} has version ${formatVersion} (this one reads 1)`, {
      hint: 'update tidemill',
    })
  if (formatVersion !== 1) throw bad(`its formatVersion is ${whatIs(formatVersion)}`)
  if (typeof name !== 'string' || typeof version !== 'string') throw bad('it has no name or no version')
  if (description !== undefined && typeof description !== 'string') throw bad(`its description is ${whatIs(description)}`)
  if (!Array.isArray(checks)) throw bad(`its checks are ${whatIs(checks)}`)
  if (sha256 !== undefined && sha256 !== hashOf({ name, version, ...(description === undefined ? {} : { description }), checks }))
    throw new TidemillError('storage.damaged', `contract was changed after it was saved: ${file} does not have the hash it names`, {
      hint: 'if the change is meant, take its line "sha256" away',
      details: { file },
    })
  const specs = checks.map((spec, index) => readSpec(spec, `check ${index + 1} of ${file}`))
  return contract({ name, version, ...(description === undefined ? {} : { description }), checks: specs.map(spec => checkOf(spec)) })
}

/**
 * Writes a contract as JSON, whole or not at all.
 *
 * @example
 * await saveContract('orders.contract.json', orders)
 */
export async function saveContract(path: string, given: Contract): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(given, undefined, 2)}\n`)
}

/**
 * Reads a contract from a file of JSON.
 *
 * @example
 * const report = await expectThat(orders, await loadContract('orders.contract.json'))
 * @throws connectors.not-found; quality.contract, storage.damaged, storage.version as `contractFrom`
 */
export async function loadContract(path: string): Promise<Contract> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new TidemillError('connectors.not-found', `no such file: ${path}`, { cause: error })
    throw new TidemillError('connectors.unreadable', `contract cannot be read: ${path}`, { cause: error })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new TidemillError('quality.contract', `${path} is no contract: it is not JSON`, { cause: error, details: { file: path } })
  }
  return contractFrom(json, path)
}

/** Whether a value is a contract of this room. */
export function isContract(value: unknown): value is Contract {
  return typeof value === 'object' && value !== null && made.has(value)
}

/** A check as JSON. */
function specOf(check: Check<never>, index: number): CheckSpec {
  if (typeof check !== 'object' || check === null || !('~data' in check))
    throw wrong(`check ${index + 1} of the contract is no check: ${whatIs(check)}`, example)
  const spec = check['~data']
  if (check['~given'].table !== undefined)
    throw wrong(
      `check ${index + 1} of the contract holds a table, which no file can: ${check.name}`,
      spec.check === 'like'
        ? "name it: .like('lastYear'), or count it: .like(await distribution(lastYear, 'amount'))"
        : "name it: .in('customers', 'id'), and give it to expectThat: { tables: { customers } }",
    )
  const condition = openCondition(check)
  return readSpec(JSON.parse(JSON.stringify(condition === undefined ? spec : { ...spec, condition })), `check ${index + 1} of the contract`)
}

/** The hash does not depend on the order in which an editor writes the keys. */
function hashOf(body: unknown): string {
  return hashBytes(JSON.stringify(ordered(body)))
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, ordered(item)]),
  )
}
