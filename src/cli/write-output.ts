import { stat } from 'node:fs/promises'
import type { Dataset } from '../dataset/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { OpenRow } from '../schema/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import type { Output } from './sink-of.ts'

export interface Written {
  /** Of a JSON document they are not counted. */
  readonly rows: number | undefined
  readonly bytes: number
  readonly files: number
}

/** Writes all rows; an output that is there stays as it is unless `--replace` or `--append` says so. */
export async function writeOutput(data: Dataset<OpenRow>, output: Output, signal: AbortSignal): Promise<Written> {
  try {
    if (output.sink === undefined) return await writeJson(data, output, signal)
    const { rows, bytes, files } = await data.write(output.sink as never, { signal })
    return { rows, bytes, files: files.length }
  } catch (error) {
    if (!(error instanceof TidemillError) || (error.code !== 'connectors.exists' && error.code !== 'storage.exists')) throw error
    throw new TidemillError(error.code, error.message, {
      hint: 'name another place, or add --replace',
      details: { path: output.path },
      cause: error,
    })
  }
}

async function writeJson(data: Dataset<OpenRow>, { path, replace }: Output, signal: AbortSignal): Promise<Written> {
  // Asked first so that no query runs for nothing; what decides is the write, which refuses again.
  if (!replace && (await stat(path).catch(() => undefined)) !== undefined)
    throw new TidemillError('connectors.exists', `output is there already: ${path}`, { details: { path } })
  const { body } = data.toResponse({ format: 'json', signal })
  const bytes = await writeFileAtomic(path, body ?? '[]', { signal, ifAbsent: !replace })
  return { rows: undefined, bytes, files: 1 }
}
