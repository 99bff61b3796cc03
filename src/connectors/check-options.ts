/** What JavaScript lets pass and the compiler would not: options that do not exist, or of the wrong form. */
import { nearNames, TidemillError } from '../errors/index.ts'
import { isFormat } from './time-format.ts'
import { writeNames } from './write-options.ts'

interface Form {
  readonly wants: string
  readonly fits: (value: unknown) => boolean
}

const texts: Form['fits'] = value => Array.isArray(value) && value.every(item => typeof item === 'string')
const character: Form['fits'] = value => typeof value === 'string' && value.length === 1 && value !== '\n' && value !== '\r'

const forms: Readonly<Record<string, Form>> = {
  schema: {
    wants: `columns and types, such as { price: 'float64' }`,
    fits: isSchema,
  },
  partitionBy: { wants: 'an array of column names', fits: isPartitioning },
  mode: { wants: `'fail', 'replace', 'append' or 'replacePartitions'`, fits: value => modes.includes(value) },
  sortBy: { wants: 'an array of column names', fits: texts },
  rowsPerFile: { wants: 'a whole number from 1', fits: isCount },
  bytesPerFile: { wants: 'a whole number from 1', fits: isCount },
  rowGroupSize: { wants: 'a number of rows, from 1', fits: isCount },
  compression: { wants: 'the name of a compression', fits: value => typeof value === 'string' },
  keep: { wants: `a duration such as '7d'`, fits: value => typeof value === 'string' },
  version: { wants: 'the number of a version, from 1', fits: isCount },
  verify: { wants: `'size', 'hash' or 'off'`, fits: value => value === 'size' || value === 'hash' || value === 'off' },
  delimiter: { wants: `one character, such as ';' or '\\t'`, fits: character },
  quote: { wants: `one character, or '' where quotes mean nothing`, fits: value => value === '' || character(value) },
  header: { wants: 'true or false', fits: value => typeof value === 'boolean' },
  columns: { wants: 'an array of names', fits: texts },
  names: { wants: `'camelCase'`, fits: value => value === 'camelCase' },
  until: { wants: `'end'`, fits: value => value === 'end' },
  nulls: { wants: 'an array of texts', fits: texts },
  escape: { wants: `one character, such as '\\\\'`, fits: character },
  comment: { wants: `one character, such as '#'`, fits: character },
  skipRows: { wants: 'a whole number from 0', fits: value => Number.isSafeInteger(value) && Number(value) >= 0 },
  decimal: { wants: `'.' or ','`, fits: value => value === '.' || value === ',' },
  thousands: { wants: `one character, such as '.'`, fits: value => character(value) && !/[0-9eE+-]/.test(String(value)) },
  dateFormat: { wants: `a format such as '%d/%m/%Y'`, fits: isFormat },
  timestampFormat: { wants: `a format such as '%d/%m/%Y %H:%M'`, fits: isFormat },
  encoding: { wants: `the name of an encoding, such as 'windows-1252' or 'utf-16le'`, fits: isEncoding },
  onBadLine: { wants: `'fail', 'skip' or { quarantine: path }`, fits: isBadLinePolicy },
  fileName: { wants: 'the name of a column', fits: value => typeof value === 'string' && value !== '' },
  missing: { wants: `'fail' or 'null'`, fits: value => value === 'fail' || value === 'null' },
  http: { wants: 'an object, such as { timeoutMs: 10_000 }', fits: value => typeof value === 'object' && value !== null },
  records: { wants: `the path of an array, such as 'data.items'`, fits: value => typeof value === 'string' && value !== '' },
}

const modes: readonly unknown[] = ['fail', 'replace', 'append', 'replacePartitions']

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

/** Rules are looked at more closely by `checkWriting`. */
function isPartitioning(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string' || (typeof item === 'object' && item !== null))
}

function isEncoding(value: unknown): boolean {
  try {
    return typeof value === 'string' && new TextDecoder(value).encoding !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function isBadLinePolicy(value: unknown): boolean {
  if (value === 'fail' || value === 'skip') return true
  if (typeof value !== 'object' || value === null) return false
  const { quarantine, ...more } = value as Readonly<Record<string, unknown>>
  return typeof quarantine === 'string' && quarantine.trim() !== '' && Object.keys(more).length === 0
}

type Kind = 'csv' | 'json' | 'lines' | 'ndjson' | 'ndjson.follow' | 'parquet'
const files = ['schema', ...writeNames, 'fileName', 'http']
const csvOptions = ['delimiter', 'header', 'columns', 'names', 'nulls', 'quote', 'escape', 'comment', 'skipRows', 'decimal', 'thousands']
const known: Readonly<Record<Kind, readonly string[]>> = {
  csv: [...csvOptions, 'dateFormat', 'timestampFormat', 'encoding', 'onBadLine', 'missing', ...files],
  json: ['records', 'names', 'encoding', 'schema', 'fileName', 'http'],
  lines: ['encoding', 'http'],
  ndjson: ['names', 'encoding', 'onBadLine', ...files],
  'ndjson.follow': ['schema', 'names', 'until'],
  parquet: ['missing', 'rowGroupSize', ...files],
}

/** @throws connectors.option naming the option, what it is and what it may be */
export function checkOptions(kind: Kind, options: unknown): void {
  const have = known[kind]
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TidemillError('connectors.option', `options of ${kind} must be an object, not ${shown(options)} (have ${have.join(', ')})`)
  for (const [name, value] of Object.entries(options)) {
    const form = have.includes(name) ? forms[name] : undefined
    if (form === undefined) throw unknownOption(kind, name, have)
    if (value !== undefined && !form.fits(value))
      throw new TidemillError('connectors.option', `${name} must be ${form.wants}, not ${shown(value)}`, { details: { option: name } })
  }
}

function unknownOption(kind: string, name: string, have: readonly string[]): TidemillError {
  const near = nearNames(name, have)
  return new TidemillError('connectors.option', `unknown option: ${name} of ${kind} (have ${have.join(', ')})`, {
    details: { option: name, have },
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(' or ')}?` }),
  })
}

/** Whether a value may be columns and their types; which ones is for the schema to say. */
export function isSchema(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (value instanceof Promise) return 'a promise'
  const text =
    typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? 'undefined')
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
