import { access, constants, mkdir } from 'node:fs/promises'
import { TidemillError } from '../../../../errors/index.ts'
import type { Graph, SinkStep } from '../seams.ts'

/**
 * Makes the folders that a job writes to, so that a path that cannot be written is told when the job is started and not with its first rows.
 *
 * @throws stream.sink-failed
 */
export async function makeSinkFolders(graph: Graph): Promise<void> {
  await Promise.all(graph.stages.flatMap(stage => stage.sinks.filter(sink => sink.sink === 'file').map(makeFolder)))
}

async function makeFolder({ id, options }: SinkStep): Promise<void> {
  const { path } = options as { readonly path: string }
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new TidemillError(
      'stream.sink-failed',
      `sink ${id} cannot write to the folder ${path}: ${reasons[code] ?? (error as Error).message}`,
      {
        details: { sink: id, path, code },
        hint: 'a stream writes files into a folder, which is made when it is not there: choose one that this user may write to',
        cause: error,
      },
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is a file of this name',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk can be read only',
  ENOSPC: 'the disk is full',
}
