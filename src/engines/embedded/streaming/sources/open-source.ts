import { TidemillError } from '../../../../errors/index.ts'
import type { Clock } from '../../../../time/index.ts'
import type { SourceReader, SourceShare, SourceStep } from '../seams.ts'
import { followReader } from './follow.ts'
import { generateReader } from './generate.ts'
import { listFiles } from './list-files.ts'
import { replayReader } from './replay.ts'
import { spoutReader } from './spout.ts'

/** What a subtask lends to its source. */
export interface SourcePlace {
  readonly clock: Clock
  /** Loaded functions by their hash. */
  readonly functions: ReadonlyMap<string, unknown>
}

/** Everything of a source kind: opened in a subtask, and asked for its parts before that. */
interface SourceKind {
  open(step: SourceStep, share: SourceShare, at: SourcePlace): SourceReader
  partitions(step: SourceStep, width: number): readonly string[]
}

const kinds: Readonly<Record<string, SourceKind>> = {
  follow: { open: followReader, partitions: step => listFiles((step.options as { path: string }).path).names },
  replay: { open: replayReader, partitions: () => ['rows'] },
  generate: { open: generateReader, partitions: () => ['rows'] },
  spout: { open: spoutReader, partitions: (_, width) => Array.from({ length: width }, (__, task) => `task-${task}`) },
}

/**
 * Opens a source in a subtask. What the reader gives are the columns of `step.fields`, in their order.
 *
 * @throws stream.unsupported for a kind that does not exist
 */
export function openSource(step: SourceStep, share: SourceShare, at: SourcePlace): SourceReader {
  return kindOf(step).open(step, share, at)
}

/** The parts of a source as they are now, sorted; each is read by one subtask. `width`: how many subtasks there will be. */
export async function partitionsOf(step: SourceStep, width: number): Promise<readonly string[]> {
  return kindOf(step).partitions(step, width)
}

function kindOf(step: SourceStep): SourceKind {
  const kind = kinds[step.source]
  if (kind !== undefined) return kind
  throw new TidemillError('stream.unsupported', `source without a reader: ${step.source} (have ${Object.keys(kinds).join(', ')})`, {
    details: { step: step.id },
  })
}
