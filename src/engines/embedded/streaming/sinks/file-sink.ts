import { TidemillError } from '../../../../errors/index.ts'
import type { Schema } from '../../../../schema/index.ts'
import type { SinkStep, StreamSink } from '../seams.ts'
import { generationOf, ownerOf } from './owner.ts'
import { parquetEncoder } from './parquet-encoder.ts'
import type { SinkPlace } from './place.ts'
import type { RowEncoder } from './row-encoder.ts'
import { staged } from './staged.ts'
import { csvEncoder, ndjsonEncoder } from './text-encoder.ts'

export type FileFormat = 'csv' | 'ndjson' | 'parquet'
/** `path`: the folder, absolute. */
export interface FileSinkOptions {
  readonly path: string
  readonly format: FileFormat
  readonly delimiter?: string | undefined
  readonly header?: boolean | undefined
}

/**
 * Files in a folder, one an epoch and subtask, exactly once.
 *
 * Rows go to a hidden file `.tmp-<id>`, which is durable before the token is given; `commit` renames it to `part-e<epoch>-<id>.<format>`, and counts when the folder
 * is durable. Names tell job, step and attempt, so several jobs may write to one folder. Readers of the folder do not see names that begin with a dot.
 */
export function fileSink(step: SinkStep, at: SinkPlace): StreamSink {
  const options = step.options as FileSinkOptions
  const { disk } = at
  const { path: folder, format } = options
  const owner = ownerOf(at.job, step.id)
  const hidden = '.tmp-'
  const shown = new RegExp(`^part-e(\\d+)-(.+)\\.${format}$`)
  return {
    guarantee: step.guarantee,
    ...staged({ disk, folder, sink: step.id, owner, hidden, encoder: () => encoderOf(options, step.fields) }),
    *commit({ id, epoch }) {
      const target = `${folder}/part-e${epoch}-${id}.${format}`
      try {
        yield* disk.rename(`${folder}/${hidden}${id}`, target)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        if (!(yield* disk.exists(target))) throw lost(step, folder, id, epoch, error)
      }
      yield* disk.fsyncFolder(folder)
    },
    // Nothing was kept for the commit beside the rows themselves.
    *forget() {},
    *committedEpoch() {
      let newest = 0
      for (const name of yield* disk.list(folder)) {
        const [, epoch, id] = shown.exec(name) ?? []
        if (id !== undefined && generationOf(owner, id) !== undefined) newest = Math.max(newest, Number(epoch))
      }
      return newest
    },
  }
}

function encoderOf(options: FileSinkOptions, fields: Schema): RowEncoder {
  if (options.format === 'parquet') return parquetEncoder(fields)
  if (options.format === 'ndjson') return ndjsonEncoder(fields)
  return csvEncoder(fields, { delimiter: options.delimiter ?? ',', header: options.header ?? true })
}

/** The error for rows that a checkpoint promised and that are nowhere. */
export function lost(step: SinkStep, folder: string, id: string, epoch: number, cause?: unknown): TidemillError {
  return new TidemillError(
    'stream.transaction-lost',
    `rows of a checkpoint are gone: ${step.label}, epoch ${epoch} (${id} is not in ${folder})`,
    {
      details: { step: step.id, folder, token: id, epoch },
      hint: 'something else has removed the file; start from a savepoint, or as a new job',
      cause,
    },
  )
}
