/** Which subtask gets which rows. */
import { takeRows } from '../../../../batch/index.ts'
import { TidemillError } from '../../../../errors/index.ts'
import { evaluateAll } from '../../../../kernels/index.ts'
import { type Exchange, keyGroups, type Rows } from '../seams.ts'
import { hashKeys } from './hash-keys.ts'
import { groupOf, ownerOf } from './key-groups.ts'

/** Cuts a batch for the subtasks; undefined for one that gets none of its rows. */
export type Partitioner = (rows: Rows) => readonly (Rows | undefined)[]

/**
 * Deals rows out to the `width` subtasks of the next stage.
 *
 * By key the hashes go along with the rows. To one subtask nothing is copied, nor where all rows of a batch have one owner.
 */
export function partitioner(exchange: Exchange, width: number): Partitioner {
  const { by } = exchange
  switch (by.kind) {
    case 'key':
      return byKey(
        by.keys.map(({ expr }) => expr),
        width,
      )
    case 'shuffle': {
      let next = 0
      return rows => {
        const target = next
        next = (next + 1) % width
        return only(rows, target, width)
      }
    }
    case 'all':
      return rows => Array.from({ length: width }, () => plain(rows))
    case 'global':
      return rows => only(rows, 0, width)
    case 'forward':
      throw new TidemillError('stream.failed', 'exchange that cuts no batches: forward')
  }
}

/** Hashes of another exchange mean nothing behind this one. */
function plain({ batch, born }: Rows): Rows {
  return { batch, born }
}

function only(rows: Rows, target: number, width: number): readonly (Rows | undefined)[] {
  return Array.from({ length: width }, (_, index) => (index === target && rows.batch.rows > 0 ? plain(rows) : undefined))
}

function byKey(keys: Parameters<typeof evaluateAll>[0], width: number): Partitioner {
  const owners = Int32Array.from({ length: keyGroups }, (_, group) => ownerOf(group, width))
  return ({ batch, born }) => {
    const { rows } = batch
    const parts: (Rows | undefined)[] = new Array<Rows | undefined>(width).fill(undefined)
    if (rows === 0) return parts
    const hashes = hashKeys(evaluateAll(keys, batch), rows)
    if (width === 1) {
      parts[0] = { batch, hashes, born }
      return parts
    }
    const counts = new Int32Array(width)
    const targets = new Int32Array(rows)
    for (let i = 0; i < rows; i++) {
      const target = owners[groupOf(hashes[i] as number)] as number
      targets[i] = target
      counts[target] = (counts[target] as number) + 1
    }
    const chosen = Array.from(counts, count => new Int32Array(count))
    counts.fill(0)
    for (let i = 0; i < rows; i++) {
      const target = targets[i] as number
      const at = counts[target] as number
      ;(chosen[target] as Int32Array)[at] = i
      counts[target] = at + 1
    }
    chosen.forEach((indices, target) => {
      if (indices.length === rows) parts[target] = { batch, hashes, born }
      else if (indices.length > 0) parts[target] = { batch: takeRows(batch, indices), hashes: indices.map(i => hashes[i] as number), born }
    })
    return parts
  }
}
