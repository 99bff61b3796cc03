/** Rows that functions fail on: counted, told, and kept in a file where that is asked for. */
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Batch } from '../../batch/index.ts'
import { channels } from '../../channels/index.ts'
import { printCallSite } from '../../errors/index.ts'
import type { RunOptions } from '../../plan/index.ts'
import { writeFileAtomic } from '../../storage/index.ts'
import type { BatchTask, Fault, Pool } from '../../workers/index.ts'
import { removeAtExit } from './duckdb/spill.ts'

/**
 * A function over batches as its policy says. Rows that were left out are told as a warning at the end; the file of a quarantine appears whole when the rows have come, or when
 * nobody reads on, and not at all when the run fails.
 */
export async function* mapTolerant(pool: Pool, task: BatchTask, batches: AsyncIterable<Batch>, options: RunOptions): AsyncGenerator<Batch> {
  if (task.policy === undefined || task.policy.onError === 'fail') {
    yield* pool.mapBatches(task, batches, options)
    return
  }
  const kept = await leftOutRows(task, options.run ?? '')
  let failed = true
  try {
    for await (const batch of pool.mapBatches({ ...task, fault: kept.add }, batches, options)) {
      await kept.flush()
      failed = false
      yield batch
      failed = true
    }
    failed = false
  } finally {
    await (failed ? kept.drop() : kept.finish())
  }
}

interface LeftOut {
  add(fault: Fault): void
  flush(): Promise<void>
  finish(): Promise<void>
  drop(): Promise<void>
}

async function leftOutRows({ fn, policy }: BatchTask, run: string): Promise<LeftOut> {
  const site = printCallSite(fn.at)
  const step = site === undefined ? fn.name : `${fn.name} at ${site}`
  const path = policy?.path
  const folder = path === undefined ? undefined : await mkdtemp(join(tmpdir(), 'tidemill-quarantine-'))
  const forget = folder === undefined ? undefined : removeAtExit(folder)
  const part = folder === undefined ? undefined : join(folder, 'rows.ndjson')
  let handle: FileHandle | undefined
  let waiting: string[] = []
  let rows = 0
  let first: Fault | undefined
  const flush = async (): Promise<void> => {
    if (part === undefined || waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    handle ??= await open(part, 'a')
    await handle.appendFile(text)
  }
  const drop = async (): Promise<void> => {
    await handle?.close()
    handle = undefined
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    forget?.()
  }
  return {
    add(fault) {
      const { row, last, message } = fault
      first ??= fault
      rows += last - row + 1
      if (part !== undefined) waiting.push(lineOf(fault, step))
      if (channels.fault.hasSubscribers) channels.fault.publish({ run, step, row, last, message })
    },
    flush,
    drop,
    async finish() {
      try {
        await flush()
        await handle?.close()
        handle = undefined
        if (path !== undefined && part !== undefined) await writeFileAtomic(path, rows === 0 ? '' : createReadStream(part))
      } finally {
        await drop()
      }
      if (first === undefined) return
      const where = path === undefined ? '' : `, see ${path}`
      process.emitWarning(`${rows === 1 ? '1 row was' : `${rows} rows were`} left out${where}; the first: ${first.message}`, {
        type: 'TidemillWarning',
        code: first.code,
      })
    },
  }
}

/** `values` is JSON already. */
function lineOf({ row, last, code, message, values }: Fault, step: string): string {
  const place = last > row ? { row, last } : { row }
  const line = JSON.stringify({ ...place, function: step, code, message })
  return values === undefined ? `${line}\n` : `${line.slice(0, -1)},"values":${values}}\n`
}
