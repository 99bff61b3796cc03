import { open } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { readError } from './file-error.ts'
import { partitionFields, partitionTexts } from './partition-fields.ts'
import type { SourceFiles } from './source-files.ts'

/** @throws connectors.empty, connectors.format */
export async function prepareParquet(
  { files, labels, partitions }: SourceFiles,
  { schema }: { readonly schema?: Schema },
): Promise<object> {
  for (const [index, file] of files.entries()) await checkParquet(file, labels[index] ?? file)
  return knownParquet({ files, partitions }, schema === undefined ? {} : { schema })
}

/** Of files that need not be looked into. */
export async function knownParquet(
  { files, partitions }: Pick<SourceFiles, 'files' | 'partitions'>,
  { schema }: { readonly schema?: Schema },
): Promise<object> {
  return { partitionFields: partitionFields(files, partitions, schema), partitionTexts: partitionTexts(files, partitions) }
}

/** Both ends of a Parquet file have its mark: a file that is cut short has only the first. */
async function checkParquet(path: string, file: string): Promise<void> {
  const handle = await open(path).catch((error: unknown) => {
    throw readError(file, error)
  })
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new TidemillError('connectors.empty', `empty file: ${file}`, { details: { file } })
    const start = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const end = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4))
    const marks = [start.buffer.toString('latin1'), end.buffer.toString('latin1')]
    if (marks[0] !== 'PAR1')
      throw new TidemillError('connectors.format', `not a Parquet file: ${file}`, {
        details: { file },
        hint: 'read text with csv(path) or ndjson(path)',
      })
    if (marks[1] !== 'PAR1' || size < 12)
      throw new TidemillError('connectors.format', `Parquet file is cut short: ${file} (${size} bytes)`, {
        details: { file, size },
        hint: 'copy or write it again',
      })
  } finally {
    await handle.close()
  }
}
