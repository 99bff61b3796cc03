import { basename } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import type { Dataset } from '../dataset/index.ts'
import { formatSize, progressReporter } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'
import { counted, print } from './output.ts'
import { printRows, rowsAsked, tableText, textFormat, type TextFormats } from './print-rows.ts'
import { type QueryTables, queryTables } from './query-tables.ts'
import { type Output, outputOf } from './sink-of.ts'
import { sqlStatements } from './sql-tokens.ts'
import type { TextWords } from './text-words.ts'
import { writeOutput } from './write-output.ts'

export interface QueryOptions extends TextFormats, TextWords {
  /** `name=path`, or a path whose file name is the name. */
  readonly file?: readonly string[]
  readonly rows: string
  readonly out?: string
  readonly to?: string
  readonly replace?: boolean
  readonly append?: boolean
  readonly sealed?: boolean
  readonly workspace: string
  readonly quiet?: boolean
}

/** Runs SELECT statements over files: those of the command line, of standard input (`-`), or typed at a prompt. */
export async function query(sql: string | undefined, options: QueryOptions): Promise<void> {
  const rows = rowsAsked(options.rows)
  const format = textFormat(options)
  const output = options.out === undefined ? undefined : outputOf(options.out, options)
  if (output !== undefined && format !== undefined) throw new TidemillError('cli.usage', `--${format} and --out together: take one of them`)
  const atPrompt = sql === undefined && process.stdin.isTTY
  if (atPrompt && output !== undefined) throw new TidemillError('cli.usage', '--out wants a statement')
  const tm = await tidemill({ workspace: options.workspace })
  try {
    const tables = queryTables(tm, options.sealed !== true, options)
    for (const one of options.file ?? []) await tables.add(...named(one, tables))
    if (atPrompt) {
      const { queryPrompt } = await import('./query-prompt.ts')
      await queryPrompt(tables, { rows, format, workspace: options.workspace, quiet: options.quiet === true })
      return
    }
    const text = sql === undefined || sql === '-' ? await textOf(process.stdin) : sql
    await runOnce(statementIn(text), tables, { rows, format, output, quiet: options.quiet === true })
  } finally {
    await tm.close()
  }
}

/** `sales=data/sales.csv`, or `data/sales.csv` for `sales`. */
export function named(text: string, tables: Pick<QueryTables, 'all'>): readonly [name: string, path: string] {
  const [, given, path = ''] = /^(?:([\p{L}_][\p{L}\p{N}_]*)=)?(.+)$/su.exec(text) ?? []
  const name = given ?? nameOf(path)
  if (name === '' || path === '') throw new TidemillError('cli.usage', `--file wants NAME=PATH, as sales=data/sales.csv, not ${text}`)
  if ([...tables.all.keys()].some(one => one.toLowerCase() === name.toLowerCase()))
    throw new TidemillError('cli.usage', `two files of one name: ${name}`, {
      hint: 'give each a name of its own: --file first=a/sales.csv',
    })
  return [name, path]
}

/** The name of a file as a word of SQL: `2026-sales.csv.gz` is `_2026_sales`. */
function nameOf(path: string): string {
  const base = basename(path).replace(/(\.[A-Za-z][A-Za-z0-9]*)+$/, '')
  return base
    .replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^(?=\p{N})/u, '_')
    .replace(/^_+$/, '')
}

function statementIn(text: string): string {
  const { statements, rest } = sqlStatements(text)
  const all = [...statements, ...(rest.trim() === '' ? [] : [rest.trim()])]
  const [statement] = all
  if (statement === undefined)
    throw new TidemillError('cli.usage', 'SQL text is empty', { hint: `tidemill query "select * from 'sales.csv'"` })
  if (all.length > 1) throw new TidemillError('cli.usage', `SQL text must be one statement, not ${all.length}`)
  return statement
}

async function runOnce(
  statement: string,
  tables: QueryTables,
  {
    rows,
    format,
    output,
    quiet,
  }: {
    readonly rows: number
    readonly format: ReturnType<typeof textFormat>
    readonly output: Output | undefined
    readonly quiet: boolean
  },
): Promise<void> {
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet })
  const { signal, release } = interruptSignal()
  const note = (text: string): void => void process.stderr.write(`note: ${text}\n`)
  try {
    await tables.answer(
      statement,
      async (answer: Dataset<OpenRow>) => {
        if (output !== undefined) {
          const { rows: written, bytes } = await writeOutput(answer, output, signal)
          if (!quiet) print(`${output.path}: ${written === undefined ? '' : `${counted(written, 'row')}, `}${formatSize(bytes)}`)
        } else if (format !== undefined) await printRows(answer, format, signal)
        else print(await tableText(answer, rows, signal))
      },
      note,
      signal,
    )
  } finally {
    stop()
    release()
  }
}
