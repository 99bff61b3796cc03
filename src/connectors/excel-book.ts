/** Whole workbooks: which sheets one has, and several tables written as one. */
import { makeBatch } from '../batch/index.ts'
import { TidemillError, whatIs } from '../errors/index.ts'
import type { Relation, WriteReport } from '../plan/index.ts'
import { checkSheetName } from './excel.ts'
import { oneOfThese, onlyOptions } from './given-options.ts'
import { checkPath } from './table-file.ts'

/** How a workbook is written. */
export interface WorkbookOptions {
  /** What to do where the output is there already. Default: 'fail', connectors.exists. */
  readonly mode?: 'fail' | 'replace'
  readonly signal?: AbortSignal
}

/**
 * The names of the sheets of an Excel workbook, in their order; hidden ones too. Cells are not read.
 *
 * @example for (const sheet of await excelSheets('sales.xlsx')) tables.push(await tm.read(excel('sales.xlsx', { sheet })))
 * @throws connectors.not-found, connectors.format
 */
export async function excelSheets(path: string): Promise<readonly string[]> {
  checkPath('excelSheets', path)
  const { sheetNames } = await import('./excel-workbook.ts')
  return sheetNames(path)
}

/**
 * Writes tables as the sheets of one Excel workbook, by name and in their order, each as `excel` writes one. Tables run one after the other and memory holds one batch; the
 * workbook appears as a whole or not at all.
 *
 * @example await writeExcel('report.xlsx', { Totals: totals, Rows: sales }, { mode: 'replace' })
 * @throws connectors.option for names that no sheet can have, connectors.exists; what running the tables throws
 */
export async function writeExcel(
  path: string,
  tables: Readonly<Record<string, Relation<unknown>>>,
  options: WorkbookOptions = {},
): Promise<WriteReport> {
  checkPath('writeExcel', path)
  onlyOptions('writeExcel', options, ['mode', 'signal'])
  const { mode, signal } = options
  oneOfThese('mode', mode, ['fail', 'replace'])
  const names = checkTables(tables)
  const [{ workbookEncoder }, { fileSink }] = await Promise.all([import('./excel-write.ts'), import('./file-sink.ts')])
  const book = workbookEncoder(names)
  const sink = fileSink<{ readonly path: string; readonly mode?: 'fail' | 'replace' }>(async () => book)
  const target = mode === undefined ? { path } : { path, mode }
  const writer = await sink.writer(target, [], { job: 'writeExcel', generation: 1, subtask: 0 })
  try {
    for (const name of names) {
      const { plan, engine } = tables[name] as Relation<unknown>
      let begun = false
      for await (const batch of engine.run(plan, signal === undefined ? {} : { signal })) {
        if (!begun) book.sheet(batch.fields)
        begun = true
        await writer.write(batch)
      }
      if (begun) continue
      book.sheet(plan.fields)
      await writer.write(makeBatch([], [], 0))
    }
    const token = await writer.cut(0)
    try {
      return await sink.commit(target, token)
    } catch (error) {
      await sink.forget(target, token)
      throw error
    }
  } finally {
    await writer.close()
  }
}

function checkTables(tables: unknown): readonly string[] {
  const example = "writeExcel('report.xlsx', { Totals: totals, Rows: sales })"
  if (typeof tables !== 'object' || tables === null || Array.isArray(tables))
    throw new TidemillError('connectors.option', `tables of writeExcel are an object by the names of sheets, not ${whatIs(tables)}`, {
      hint: example,
    })
  const names = Object.keys(tables)
  if (names.length === 0) throw new TidemillError('connectors.option', 'a workbook needs a sheet', { hint: example })
  const seen = new Map<string, string>()
  for (const [name, table] of Object.entries(tables)) {
    checkSheetName(name)
    const same = seen.get(name.toLowerCase())
    if (same !== undefined) throw new TidemillError('connectors.option', `two sheets have one name for Excel: ${same} and ${name}`)
    seen.set(name.toLowerCase(), name)
    if (typeof table !== 'object' || table === null || !('plan' in table) || !('engine' in table))
      throw new TidemillError('connectors.option', `sheet ${name} must be a table, not ${whatIs(table)}`, { hint: example })
  }
  return names
}
