import { resolve } from 'node:path'
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import type { OpenRow } from '../schema/index.ts'
import type { Session } from '../session/index.ts'
import { tellLeftOut } from './left-out.ts'
import { isDataName, sourceOf } from './source-of.ts'
import { type TextWords, textWords } from './text-words.ts'
import { quotedTables } from './sql-tokens.ts'
import { learnt } from './while-widening.ts'
import { widen } from './widen.ts'

interface Table {
  readonly path: string
  readonly source: Source<OpenRow>
  data: Dataset<OpenRow>
}

/** The tables of SQL texts: named ones, and files that a text names in quotes, which are opened when one does. */
export interface QueryTables {
  /** By name, in the order they were added. */
  readonly all: ReadonlyMap<string, Dataset<OpenRow>>
  /** Opens a file as a table. @throws connectors.not-found and what else a file may be wrong in */
  add(name: string, path: string, signal?: AbortSignal): Promise<Dataset<OpenRow>>
  /**
   * What a text gives. A value far down that does not fit the type its column seemed to have widens the column; `note` is told, and the work begins again.
   *
   * @throws engine.sql for what is no SELECT over these tables
   */
  answer<T>(text: string, work: (answer: Dataset<OpenRow>) => Promise<T>, note: (text: string) => void, signal: AbortSignal): Promise<T>
}

/**
 * @param files whether files that a text names may be opened
 * @param said how those of them that are text are written
 */
export function queryTables(tm: Session, files: boolean, said: TextWords = {}): QueryTables {
  const words = { ...textWords(said), mixed: true }
  const tables = new Map<string, Table>()
  const all = new Map<string, Dataset<OpenRow>>()
  const put = (name: string, table: Table): Dataset<OpenRow> => {
    tables.set(name, table)
    all.set(name, table.data)
    return table.data
  }
  const add = async (name: string, path: string, signal?: AbortSignal): Promise<Dataset<OpenRow>> => {
    const source = await sourceOf(path, words)
    const data = await tm.read(source, signal === undefined ? {} : { signal })
    tellLeftOut(data)
    return put(name, { path, source, data })
  }
  /** Files of this text only are lent to it. */
  const openFiles = async (text: string, signal: AbortSignal): Promise<readonly string[]> => {
    const names = [...all.keys()].filter(name => !isPath(name))
    for (const path of quotedTables(text)) {
      if (names.some(name => name.toLowerCase() === path.toLowerCase())) continue
      if (!isPath(path)) continue
      if (!files)
        throw new TidemillError('engine.sql', `file that may not be read: ${path} (have ${names.join(', ') || 'no tables'})`, {
          hint: 'it was started with --sealed: name the file with --file',
        })
      if (!all.has(path)) await add(path, path, signal)
      names.push(path)
    }
    return names
  }
  return {
    all,
    add,
    async answer(text, work, note, signal) {
      const names = await openFiles(text, signal)
      for (;;)
        try {
          const lent = Object.fromEntries(names.map(name => [name, (tables.get(name) as Table).data]))
          return await work(await tm.sql(text, { tables: lent }))
        } catch (error) {
          if (!(await widened(tm, names, tables, put, error, note))) throw inWordsOfQuery(error)
        }
    },
  }
}

/** Whether a quoted name means a file; a bare name in quotes may be a column or a table. */
function isPath(name: string): boolean {
  return isDataName(name) || /[\\/]/.test(name) || /^https?:/i.test(name)
}

/** Nobody calls `tm.sql` here. */
function inWordsOfQuery(error: unknown): unknown {
  if (!(error instanceof TidemillError) || error.code !== 'engine.sql' || error.hint?.startsWith('tm.sql') !== true) return error
  const hint = "one SELECT over files in quotes (from 'sales.csv') and tables of --file name=path"
  return new TidemillError(error.code, error.message, { hint, details: error.details, cause: error })
}

async function widened(
  tm: Session,
  names: readonly string[],
  tables: ReadonlyMap<string, Table>,
  put: (name: string, table: Table) => unknown,
  error: unknown,
  note: (text: string) => void,
): Promise<boolean> {
  if (!(error instanceof TidemillError)) return false
  const { path } = error.details
  const able = names.flatMap(name => {
    const table = tables.get(name)
    return table !== undefined && learnt.has(table.source.kind) && widen(table.data.schema, error) !== undefined ? [{ name, table }] : []
  })
  // Of a folder or a pattern the error names the file; then every table with such a column is widened.
  const named = able.filter(({ table }) => typeof path === 'string' && resolve(path) === resolve(table.path))
  for (const { name, table } of named.length > 0 ? named : able) {
    const wider = widen(table.data.schema, error)
    if (wider === undefined) continue
    const source = { ...table.source, options: { ...table.source.options, schema: wider.schema } }
    put(name, { path: table.path, source, data: await tm.read<OpenRow>(source) })
    note(`type changed in ${name}, as the first rows did not tell it: ${wider.note}`)
  }
  return able.length > 0
}
