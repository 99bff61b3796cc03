/** Reads a check from JSON that may come from anywhere: what it lets through is a spec, and nothing else. */
import { TidemillError, whatIs } from '../errors/index.ts'
import { callNode, type ExprNode, type ExprOptions, functions, literalNode } from '../expr/index.ts'
import { type DataType, typeNamed } from '../schema/index.ts'
import { parseDuration } from './duration.ts'
import { boundValue, type CheckSpec, isOfRows } from './spec.ts'

type Fields = Readonly<Record<string, unknown>>

const figures: ReadonlySet<unknown> = new Set(['mean', 'stddev', 'min', 'max', 'sum', 'median', 'quantile', 'distinct', 'nullShare'])
/** What each kind of check has besides what all may say. */
const shapes: Readonly<Record<CheckSpec['check'], readonly string[]>> = {
  notNull: ['column'],
  unique: ['columns'],
  between: ['column', 'low', 'high'],
  length: ['column', 'low', 'high'],
  matches: ['column', 'pattern', 'flags'],
  oneOf: ['column', 'values'],
  type: ['column', 'type'],
  parses: ['column', 'as'],
  increasing: ['column', 'strict'],
  in: ['column', 'table', 'key'],
  like: ['column', 'table', 'reference', 'psi', 'ks'],
  rowCount: ['low', 'high'],
  fresh: ['column', 'within'],
  figure: ['column', 'figure', 'q', 'low', 'high'],
  each: ['condition'],
  sql: ['sql'],
}
const common = ['check', 'name', 'severity', 'atLeast', 'atMost']

/** A check of its JSON. @throws quality.contract saying what is wrong where */
export function readSpec(json: unknown, where: string): CheckSpec {
  const bad = (what: string): TidemillError => new TidemillError('quality.contract', `${where} is no check: ${what}`)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bad(whatIs(json))
  const spec = json as Fields
  const kind = spec['check']
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind))
    throw bad(`unknown check: ${whatIs(kind)} (have ${Object.keys(shapes).join(', ')})`)
  const allowed = [...common, ...shapes[kind as CheckSpec['check']]]
  const strange = Object.keys(spec).filter(key => !allowed.includes(key))
  if (strange.length > 0) throw bad(`${kind} takes no ${strange.join(', ')} (have ${allowed.join(', ')})`)
  const need = (fits: boolean, key: string, wants: string): void => {
    if (!fits) throw bad(`${key} of ${kind} must be ${wants}, not ${whatIs(spec[key])}`)
  }
  checkCommon(spec, kind as CheckSpec['check'], need)
  if (shapes[kind as CheckSpec['check']].includes('column')) need(isText(spec['column']), 'column', 'the name of a column')
  for (const key of ['pattern', 'type', 'as', 'key', 'within', 'sql'])
    if (shapes[kind as CheckSpec['check']].includes(key)) need(isText(spec[key]), key, 'a text')
  if (shapes[kind as CheckSpec['check']].includes('low')) checkBounds(spec, bad, need)
  checkKind(kind as CheckSpec['check'], spec, bad, need)
  return (kind === 'each' ? { ...spec, condition: revived(spec['condition'], bad, 0) } : spec) as unknown as CheckSpec
}

type Need = (fits: boolean, key: string, wants: string) => void

function checkCommon(spec: Fields, kind: CheckSpec['check'], need: Need): void {
  const { name, severity, atLeast, atMost } = spec
  // oxlint-disable-next-line no-control-regex
  need(name === undefined || (isText(name) && !/[\u0000-\u001f]/.test(name)), 'name', 'a text of one line')
  need(severity === undefined || ['info', 'warning', 'error'].includes(severity as string), 'severity', 'info, warning or error')
  const rows = isOfRows({ check: kind } as CheckSpec)
  need(
    atLeast === undefined || (rows && typeof atLeast === 'number' && atLeast > 0 && atLeast <= 1),
    'atLeast',
    'a share above 0 of a check of rows',
  )
  need(
    atMost === undefined || ((rows || kind === 'sql') && Number.isSafeInteger(atMost) && (atMost as number) >= 0),
    'atMost',
    'a number of rows of a check of rows',
  )
}

function checkBounds(spec: Fields, bad: (what: string) => TidemillError, need: Need): void {
  for (const key of ['low', 'high']) need(isBound(spec[key]), key, 'a number or a time')
  const [low, high] = [boundValue(spec['low'] as number), boundValue(spec['high'] as number)]
  if (!(low <= high)) throw bad(`nothing is between ${String(spec['low'])} and ${String(spec['high'])}`)
}

function checkKind(kind: CheckSpec['check'], spec: Fields, bad: (what: string) => TidemillError, need: Need): void {
  switch (kind) {
    case 'unique': {
      const columns = spec['columns']
      need(
        Array.isArray(columns) && columns.length > 0 && columns.every(isText) && new Set(columns).size === columns.length,
        'columns',
        'names of columns',
      )
      break
    }
    case 'matches':
      need(typeof spec['flags'] === 'string', 'flags', 'a text')
      try {
        new RegExp(spec['pattern'] as string, spec['flags'] as string)
      } catch {
        throw bad(`pattern cannot be read: /${String(spec['pattern'])}/${String(spec['flags'])}`)
      }
      break
    case 'oneOf': {
      const values = spec['values']
      const fits = Array.isArray(values) && values.length > 0
      need(
        fits && (values.every(one => typeof one === 'string') || values.every(one => typeof one === 'number')),
        'values',
        'texts, or numbers',
      )
      break
    }
    case 'parses':
      typeNamed(spec['as'] as string)
      break
    case 'increasing':
      need(typeof spec['strict'] === 'boolean', 'strict', 'true or false')
      break
    case 'in':
      need(isText(spec['table']) && spec['table'] !== 'data', 'table', 'the name of a table')
      break
    case 'fresh':
      parseDuration(spec['within'] as string)
      break
    case 'figure':
      need(figures.has(spec['figure']), 'figure', `one of ${[...figures].join(', ')}`)
      need(spec['figure'] === 'quantile' ? isShare(spec['q']) : spec['q'] === undefined, 'q', 'a share from 0 to 1, of a quantile')
      break
    case 'like':
      for (const key of ['psi', 'ks'])
        need(spec[key] === undefined || (typeof spec[key] === 'number' && spec[key] > 0), key, 'a limit above 0')
      need(spec['psi'] !== undefined || spec['ks'] !== undefined, 'psi', 'given, or ks')
      need(typeof spec['table'] === 'string', 'table', 'the name of a table')
      need((spec['table'] !== '') !== (spec['reference'] !== undefined), 'reference', 'there when no table is named')
      if (spec['reference'] !== undefined) need(isDistribution(spec['reference']), 'reference', 'a distribution')
      need(spec['ks'] === undefined || spec['reference'] === undefined, 'ks', 'of a table')
      break
    default:
      break
  }
}

/** Deepest nesting of a condition from a file. */
const deepest = 200

/** An expression of its JSON, built again by the table of functions: types, options and operands are checked there. Only values per row. */
function revived(json: unknown, bad: (what: string) => TidemillError, depth: number): ExprNode {
  if (depth > deepest) throw bad(`condition is nested more than ${deepest} deep`)
  if (typeof json !== 'object' || json === null) throw bad(`condition has ${whatIs(json)} where an expression must be`)
  const { op, name, value, type, args, options } = json as Fields
  if (op === 'column') {
    if (!isText(name)) throw bad('condition has a column without a name')
    return { op: 'column', name, type: 'unknown', nullable: true }
  }
  if (op === 'literal') {
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) throw bad('condition has a constant that is none')
    return literalNode(value, typeOf(type, bad))
  }
  if (typeof op !== 'string' || !Object.hasOwn(functions, op)) throw bad(`condition has an unknown function: ${whatIs(op)}`)
  const known = op as keyof typeof functions
  if (functions[known].kind !== 'scalar') throw bad(`condition has ${op}, which is no value per row`)
  if (!Array.isArray(args)) throw bad(`condition has ${op} without operands`)
  return callNode(
    known,
    args.map(one => revived(one, bad, depth + 1)),
    optionsOf(options, bad),
  )
}

function optionsOf(options: unknown, bad: (what: string) => TidemillError): ExprOptions | undefined {
  if (options === undefined) return undefined
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw bad('condition has options that are none')
  for (const [key, value] of Object.entries(options)) {
    if (key === 'to') typeOf(value, bad)
    else if (['partitionBy', 'orderBy', 'frame'].includes(key)) throw bad(`condition has ${key}, which needs a window`)
    else if (Array.isArray(value) ? !value.every(isPlain) : !isPlain(value))
      throw bad(`condition has an option ${key} that is no plain value`)
  }
  return options as ExprOptions
}

function typeOf(type: unknown, bad: (what: string) => TidemillError): DataType {
  if (type === 'unknown' || type === 'null') return type
  if (typeof type === 'string') return typeNamed(type)
  const { decimal } = (type ?? {}) as Fields
  if (Array.isArray(decimal) && decimal.length === 2 && decimal.every(Number.isInteger)) return typeNamed(`decimal(${decimal.join(',')})`)
  throw bad(`condition has a type that contracts do not keep: ${whatIs(type)}`)
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}

function isBound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'string') return false
  return /^-?\d{1,40}$|^[+-]?Infinity$/.test(value) || (/^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)))
}

function isDistribution(value: unknown): boolean {
  const { kind, edges, values, counts, other } = (value ?? {}) as Fields
  const numbers = (list: unknown): list is readonly number[] =>
    Array.isArray(list) && list.length <= 1_000 && list.every(one => Number.isFinite(one))
  if (!numbers(counts) || counts.some(one => one < 0) || (counts.every(one => one === 0) && !(Number(other) > 0))) return false
  if (kind === 'numbers')
    return (
      numbers(edges) &&
      counts.length === edges.length + 1 &&
      edges.every((edge, index) => index === 0 || edge > (edges[index - 1] as number))
    )
  return (
    kind === 'values' &&
    Array.isArray(values) &&
    values.every(one => typeof one === 'string') &&
    values.length === counts.length &&
    Number(other) >= 0
  )
}
