/** What is learnt of NDJSON and JSON files. */
import { TidemillError } from '../errors/index.ts'
import { camelCase, type Schema } from '../schema/index.ts'
import { openBadLines } from './bad-lines.ts'
import type { PrepareContext } from './find-files.ts'
import { jsonRecords } from './json-records.ts'
import type { JsonOptions } from './json.ts'
import { lineKey } from './line-column.ts'
import { learnNdjson } from './ndjson-head.ts'
import type { NdjsonOptions } from './ndjson.ts'
import { openBytes } from './open-bytes.ts'
import { partitionFields, partitionTexts } from './partition-fields.ts'
import { readHead } from './read-head.ts'
import { inUtf8, stagedFile } from './rewrite-file.ts'
import { siftNdjson } from './sift-ndjson.ts'
import type { SourceFiles } from './source-files.ts'

type Given = { readonly path: string; readonly schema?: Schema; readonly names?: 'camelCase' }

/** NDJSON: its first keys. The engine looks for those that come later. */
export async function prepareNdjson(
  found: SourceFiles,
  options: NdjsonOptions<Schema, 'camelCase', string> & Given,
  context: PrepareContext,
): Promise<object> {
  const { onBadLine = 'fail', encoding, schema, path } = options
  const bad = onBadLine === 'fail' ? undefined : await openBadLines(path, onBadLine, context)
  const keys = new Set<string>()
  const files: string[] = []
  try {
    for (const [index, original] of found.files.entries()) {
      const label = found.labels[index] ?? original
      const name = found.names[index] ?? label
      const utf8 = await inUtf8(original, label, encoding, context)
      if (bad !== undefined) {
        const told = (line: number, reason: string, text: string): void => bad.add({ file: name, line, reason, text })
        const pieces = async function* (): AsyncGenerator<Buffer> {
          for await (const piece of siftNdjson(openBytes(utf8, context.signal), keys, told)) {
            await bad.flush()
            yield piece
          }
        }
        files.push(await stagedFile(utf8, '', pieces(), context))
        continue
      }
      for (const key of learnNdjson(label, await readHead(utf8, label))) keys.add(key)
      files.push(utf8)
    }
    checkAny(keys, path, schema, found)
    return {
      ...shared(found, options, keys),
      files,
      allKeys: bad !== undefined,
      ...(bad === undefined ? {} : { lineColumn: lineKey, bad }),
    }
  } catch (error) {
    await bad?.drop()
    throw error
  }
}

/** A JSON document: its records are copied as NDJSON, which is what the engine then reads. */
export async function prepareJson(
  found: SourceFiles,
  options: JsonOptions<Schema, 'camelCase'> & Given,
  context: PrepareContext,
): Promise<object> {
  const { records, encoding, schema, path } = options
  const keys = new Set<string>()
  const files: string[] = []
  for (const [index, original] of found.files.entries()) {
    const label = found.labels[index] ?? original
    const utf8 = await inUtf8(original, label, encoding, context)
    await checkText(utf8, label)
    const steps = records === undefined ? [] : records.split('.')
    const lines = jsonRecords(openBytes(utf8, context.signal), label, steps, keys)
    files.push(await stagedFile(utf8, '.ndjson', lines, context))
  }
  checkAny(keys, path, schema, found)
  return { ...shared(found, options, keys), files, allKeys: true }
}

function shared(found: SourceFiles, { schema, names }: Given, keys: ReadonlySet<string>): object {
  const shown = (key: string): string => (names === 'camelCase' ? camelCase(key) : key)
  const rename = Object.fromEntries([...keys].map(key => [key, shown(key)]))
  const partitions = found.partitions.filter(name => !Object.values(rename).includes(name))
  return {
    columns: [...keys],
    rename,
    partitions,
    partitionFields: partitionFields(found.files, partitions, schema),
    partitionTexts: partitionTexts(found.files, partitions),
  }
}

/** With declared columns an empty file is a table without rows. */
function checkAny(keys: ReadonlySet<string>, path: string, schema: Schema | undefined, { files }: SourceFiles): void {
  if (keys.size > 0 || schema !== undefined) return
  throw new TidemillError('connectors.empty', `empty file: ${path}`, {
    details: { files },
    hint: 'declare a schema to read it as a table without rows',
  })
}

async function checkText(file: string, label: string): Promise<void> {
  const { text, whole } = await readHead(file, label, { lineless: true })
  if (whole && text.trim() === '') throw new TidemillError('connectors.empty', `empty file: ${label}`, { details: { file: label } })
}
