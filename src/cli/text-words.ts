import type { OnBadLine } from '../connectors/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { ReadFormat } from './source-of.ts'

/** How text is written that is read, as a command line says it. */
export interface TextWords {
  readonly delimiter?: string
  readonly quote?: string
  readonly escape?: string
  /** `--no-header`: false. */
  readonly header?: boolean
  /** `a,b,c`. */
  readonly columnNames?: string
  readonly null?: readonly string[]
  readonly decimal?: string
  readonly thousands?: string
  readonly comment?: string
  readonly skipRows?: string
  readonly dateFormat?: string
  readonly timestampFormat?: string
  readonly encoding?: string
  /** `fail`, `skip`, or the file that they are written to. */
  readonly badLines?: string
}

/** The same as the connectors have it. */
export interface TextOptions {
  readonly delimiter?: string
  readonly quote?: string
  readonly escape?: string
  readonly header?: boolean
  readonly columns?: readonly string[]
  readonly nulls?: readonly string[]
  readonly decimal?: '.' | ','
  readonly thousands?: string
  readonly comment?: string
  readonly skipRows?: number
  readonly dateFormat?: string
  readonly timestampFormat?: string
  readonly encoding?: string
  readonly onBadLine?: OnBadLine
}

/** What formats besides CSV, which takes all, take of these. */
const takenBy: Readonly<Partial<Record<ReadFormat, readonly (keyof TextOptions)[]>>> = {
  ndjson: ['encoding', 'onBadLine'],
  json: ['encoding'],
}
const words: Readonly<Record<keyof TextOptions, string>> = {
  delimiter: '--delimiter',
  quote: '--quote',
  escape: '--escape',
  header: '--header',
  columns: '--column-names',
  nulls: '--null',
  decimal: '--decimal',
  thousands: '--thousands',
  comment: '--comment',
  skipRows: '--skip-rows',
  dateFormat: '--date-format',
  timestampFormat: '--timestamp-format',
  encoding: '--encoding',
  onBadLine: '--bad-lines',
}

/** The names of the connectors' options that a command line can say. */
export const textOptionNames: readonly string[] = Object.keys(words)

/** Those of all options of a command that say how text is written. */
export function textWords(options: TextWords): TextWords {
  const { delimiter, quote, escape, header, columnNames, null: nulls, decimal, thousands, comment, skipRows } = options
  const { dateFormat, timestampFormat, encoding, badLines } = options
  const said = { delimiter, quote, escape, header, columnNames, null: nulls, decimal, thousands, comment, skipRows }
  return Object.fromEntries(
    Object.entries({ ...said, dateFormat, timestampFormat, encoding, badLines }).filter(([, value]) => value !== undefined),
  )
}

/**
 * The options of a connector.
 *
 * @param mixed whether the words are for several files: then each takes what its format knows
 * @throws cli.usage for a word that the format does not know, and for one that cannot be understood
 */
export function textOptions(kind: ReadFormat, path: string, said: TextWords, mixed: boolean): TextOptions {
  const options = optionsOf(said)
  if (kind === 'csv') return options
  const taken = takenBy[kind] ?? []
  const given = Object.keys(options) as (keyof TextOptions)[]
  const strange = given.find(name => !taken.includes(name))
  if (strange !== undefined && !mixed)
    throw new TidemillError(
      'cli.usage',
      `${words[strange]} is for ${strange === 'encoding' || strange === 'onBadLine' ? 'text' : 'CSV'}, not for ${kind}: ${path}`,
      {
        hint: 'add --format csv if the file is CSV, or leave it out',
      },
    )
  return Object.fromEntries(given.filter(name => taken.includes(name)).map(name => [name, options[name]]))
}

function optionsOf(said: TextWords): TextOptions {
  const { columnNames, null: nulls, decimal, skipRows, badLines, header } = said
  const { delimiter, quote, escape, thousands, comment, dateFormat, timestampFormat, encoding } = said
  const plain = { quote, escape, thousands, comment, dateFormat, timestampFormat, encoding }
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(delimiter === undefined ? {} : { delimiter: delimiter === '\\t' || delimiter === 'tab' ? '\t' : delimiter }),
    ...(header === undefined ? {} : { header }),
    ...(columnNames === undefined ? {} : { columns: columnNames.split(','), header: header ?? false }),
    ...(nulls === undefined ? {} : { nulls }),
    ...(decimal === undefined ? {} : { decimal: signOf(decimal) }),
    ...(skipRows === undefined ? {} : { skipRows: wholeOf(skipRows) }),
    ...(badLines === undefined ? {} : { onBadLine: badLines === 'fail' || badLines === 'skip' ? badLines : { quarantine: badLines } }),
  }
}

function signOf(text: string): '.' | ',' {
  if (text === '.' || text === ',') return text
  throw new TidemillError('cli.usage', `--decimal must be a point or a comma, not ${text}`)
}

function wholeOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new TidemillError('cli.usage', `--skip-rows must be a whole number, not ${text}`)
}
