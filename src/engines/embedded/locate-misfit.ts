import { TidemillError } from '../../errors/index.ts'
import type { ScanNode } from '../../plan/index.ts'
import { printType } from '../../schema/index.ts'
import { type FileOptions, findMisfit, type GuardError, reader, readerNames } from '../../sql/index.ts'
import type { Database } from './duckdb/database.ts'

/** A value of a text file that did not fit, with its row: the guard in the statement cannot know it, so the file is searched once more. Other errors pass. */
export async function locateMisfit(database: Database, error: unknown, scans: readonly ScanNode[]): Promise<unknown> {
  if (!(error instanceof TidemillError) || (error.code !== 'schema.misfit' && error.code !== 'schema.not-null')) return error
  const { scan: number, column, value } = error.details as unknown as GuardError
  const scan = number === undefined ? undefined : scans[number]
  const field = scan?.fields.find(one => one.name === column)
  if (scan === undefined || field === undefined) return error
  const options = scan.source.options as FileOptions
  const raw = Object.entries(options.rename ?? {}).find(([, shown]) => shown === field.name)?.[0] ?? field.name
  const [place = raw] = readerNames(scan.source.kind, options, [raw])
  const isNull = error.code === 'schema.not-null'
  for (const [index, file] of (options.files ?? []).entries()) {
    const one = { ...options, files: [file] }
    const search = findMisfit(reader(scan.source.kind, one, [raw], new Map([[raw, field.type]])), place, field.type, isNull)
    // A search that fails leaves the error without its row: what the value was is known already.
    const [found] = await database.rows(search).catch(() => [])
    if (found === undefined) continue
    const row = Number(found[0])
    const text = isNull
      ? `NULL in a column without \`?\`: ${field.name}`
      : `value does not fit: ${JSON.stringify(found[1] ?? value)} in column ${field.name}`
    const path = (options.files ?? []).length > 1 ? (options.fileNames?.[index] ?? file) : (options.path ?? file)
    return new TidemillError(error.code, `${text}, row ${row} of ${path}${isNull ? '' : ` (wants ${printType(field.type)})`}`, {
      details: { column: field.name, row, value: isNull ? null : String(found[1]), wanted: printType(field.type), path: file },
      hint: isNull
        ? `declare the column as '${printType(field.type)}?', or fill it`
        : `declare the column as 'string' and use tryCast, or correct the file`,
      cause: error,
    })
  }
  return error
}
