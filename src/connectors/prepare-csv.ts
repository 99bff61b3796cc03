import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { type BadLines, openBadLines } from './bad-lines.ts'
import { type CsvLearnt, learnCsv } from './csv-head.ts'
import type { CsvOptions } from './csv.ts'
import type { PrepareContext } from './find-files.ts'
import { lineKey } from './line-column.ts'
import { openBytes } from './open-bytes.ts'
import { partitionFields, partitionTexts } from './partition-fields.ts'
import { readHead } from './read-head.ts'
import { inUtf8, stagedFile } from './rewrite-file.ts'
import { siftCsv } from './sift-csv.ts'
import type { SourceFiles } from './source-files.ts'

export type CsvFileOptions = CsvOptions<Schema, 'camelCase', string> & { readonly path: string; readonly schema?: Schema }

/** Files that follow one another and have the same columns in the same order. */
export interface CsvGroup {
  readonly files: readonly string[]
  /** Names in the files. */
  readonly columns: readonly string[]
  readonly skip: number
}

/** What is learnt of CSV files; where lines may be bad, they are copied without these. */
export async function prepareCsv(found: SourceFiles, options: CsvFileOptions, context: PrepareContext): Promise<object> {
  const {
    schema,
    delimiter,
    header,
    columns,
    names,
    quote,
    escape,
    comment,
    skipRows,
    encoding,
    onBadLine = 'fail',
    decimal,
    thousands,
  } = options
  const bad = onBadLine === 'fail' ? undefined : await openBadLines(options.path, onBadLine, context)
  const declared = schema?.map(field => field.name)
  const files: string[] = []
  const groups: { files: string[]; readonly columns: readonly string[]; readonly skip: number }[] = []
  let learnt: CsvLearnt | undefined
  let rename: Readonly<Record<string, string>> = {}
  try {
    for (const [index, original] of found.files.entries()) {
      const label = found.labels[index] ?? original
      const utf8 = await inUtf8(original, label, encoding, context)
      const head = await readHead(utf8, label, { tolerant: bad !== undefined })
      if (head.text.trim() === '') throw new TidemillError('connectors.empty', `empty file: ${label}`, { details: { file: label } })
      // The first file decides how all are written.
      const given = learnt ?? { delimiter, header, quote, escape, decimal, thousands }
      const next = learnCsv(label, head, {
        delimiter: given.delimiter,
        header: given.header,
        quote: given.quote,
        escape: given.escape,
        decimal: given.decimal,
        thousands: given.thousands,
        columns,
        names,
        comment,
        skipRows,
        declared,
        tolerant: bad !== undefined,
      })
      learnt ??= next
      rename = { ...rename, ...next.rename }
      if (options.missing !== 'null') checkSame(found.labels[0] ?? label, learnt.columns, label, next.columns)
      const isSifted = bad !== undefined || comment !== undefined
      const file = isSifted ? await sifted(utf8, label, found.names[index] ?? label, next, comment, bad, context) : utf8
      files.push(file)
      const skip = isSifted ? 0 : next.skip
      const last = groups.at(-1)
      if (last !== undefined && last.skip === skip && last.columns.join('\0') === next.columns.join('\0')) last.files.push(file)
      else groups.push({ files: [file], columns: next.columns, skip })
    }
    if (learnt === undefined) return {}
    const first = learnt
    const all = [...new Set(groups.flatMap(group => group.columns))]
    const shown = all.map(name => rename[name] ?? name)
    const partitions = found.partitions.filter(name => !shown.includes(name))
    checkDeclared(options, [...shown, ...partitions])
    const isSifted = bad !== undefined || comment !== undefined
    return {
      ...first,
      files,
      columns: all,
      rename,
      byName: groups.some(group => group.columns.some((name, index) => name !== first.columns[index])),
      ...(groups.length > 1 ? { groups } : {}),
      ...(isSifted ? { header: false, skip: 0, lineColumn: lineKey } : {}),
      partitions,
      partitionFields: partitionFields(found.files, partitions, schema),
      partitionTexts: partitionTexts(found.files, partitions),
      ...(bad === undefined ? {} : { bad }),
    }
  } catch (error) {
    await bad?.drop()
    throw error
  }
}

async function sifted(
  utf8: string,
  label: string,
  name: string,
  learnt: CsvLearnt,
  comment: string | undefined,
  bad: BadLines | undefined,
  context: PrepareContext,
): Promise<string> {
  const { delimiter, quote, escape, header, skip, columns } = learnt
  const told = (line: number, reason: string, text: string): void => {
    if (bad === undefined) throw brokenLine(label, line, reason)
    bad.add({ file: name, line, reason, text })
  }
  const dialect = { delimiter, quote, escape, comment, header, skip, fields: columns.length }
  const pieces = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of siftCsv(openBytes(utf8, context.signal), dialect, told)) {
      await bad?.flush()
      yield piece
    }
  }
  return stagedFile(utf8, '', pieces(), context)
}

function brokenLine(file: string, line: number, reason: string): TidemillError {
  const isCount = /^\d+ field/.test(reason)
  return new TidemillError(isCount ? 'connectors.ragged' : 'connectors.format', `line ${line} of ${file}: ${reason}`, {
    details: { file, line },
    hint: "leave such lines out: { onBadLine: 'skip' } or { onBadLine: { quarantine: 'bad.ndjson' } }",
  })
}

/** @throws connectors.format when a file has other columns than the first */
function checkSame(firstFile: string, first: readonly string[], file: string, columns: readonly string[]): void {
  const lacking = first.filter(name => !columns.includes(name))
  const more = columns.filter(name => !first.includes(name))
  if (lacking.length === 0 && more.length === 0) return
  const difference = [
    ...(lacking.length > 0 ? [`lacks ${lacking.join(', ')}`] : []),
    ...(more.length > 0 ? [`adds ${more.join(', ')}`] : []),
  ]
  throw new TidemillError('connectors.format', `columns differ: ${file} ${difference.join(' and ')} (compared with ${firstFile})`, {
    details: { file, lacking, more },
    hint: "take all columns and fill those a file lacks with NULL: { missing: 'null' }; or read the files one by one and join them with union",
  })
}

/** @throws schema.missing-column */
export function checkDeclared({ path, schema }: { readonly path: string; readonly schema?: Schema }, have: readonly string[]): void {
  const missing = schema?.find(field => !have.includes(field.name))
  if (missing === undefined) return
  throw new TidemillError('schema.missing-column', `missing column: ${missing.name} in ${path} (have ${have.join(', ')})`, {
    details: { path, missing: missing.name, have },
    hint: 'declared columns are matched by name; take it out of the schema, or correct its name',
  })
}
