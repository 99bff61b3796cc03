import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../../errors/index.ts'
import { hiddenPrefix, newWriterId, sweepBeside } from '../../layout/index.ts'
import type { Plan, RunOptions, SinkDriver, Spec, WriteReport } from '../../plan/index.ts'
import { entryAt } from '../../storage/index.ts'
import { duckdb } from '../../sql/index.ts'
import type { Context } from './context.ts'
import { cancelled } from './duckdb/errors.ts'
import { removeAtExit } from './duckdb/spill.ts'
import { writeError } from './write-error.ts'
import { checkTarget, put, toDisk } from './write-target.ts'
import { fileSelect, formatSettings } from './writing/copy-parts.ts'
import { withRows } from './writing/rows-sql.ts'
import { type FileSink, type Layout, layoutOf } from './writing/sink-options.ts'
import { writeFolder } from './writing/write-folder.ts'

/**
 * Writes a plan. Files are made under another name in the same folder, brought to the disk, and renamed: a reader sees all or nothing, and nothing is left
 * behind by an error or a signal; what a killed process leaves, the next write to that folder sweeps.
 */
export async function write(context: Context, plan: Plan, sink: Spec, options: RunOptions): Promise<WriteReport> {
  const closed = await context.learn(plan, options)
  if (sink.kind === 'csv' || sink.kind === 'ndjson' || sink.kind === 'parquet') {
    const file = sink.options as FileSink
    const layout = layoutOf(sink.kind, file, closed.fields)
    return (await isFolder(file)) ? writeFolder(context, closed, file, layout, options) : writeFile(context, closed, file, layout, options)
  }
  if (sink.code === undefined) throw new TidemillError('plan.gap', `a sink that the embedded engine does not know: ${sink.kind}`)
  const driver = (await context.host.load(sink.code)) as SinkDriver
  const writer = await driver.writer(sink.options, closed.fields, { job: options.run ?? 'write', generation: 0, subtask: 0 })
  try {
    for await (const batch of context.run(closed, options)) await writer.write(batch)
    const token = await writer.cut(0)
    try {
      return await driver.commit(sink.options, token)
    } catch (error) {
      await driver.forget(sink.options, token)
      throw error
    }
  } finally {
    await writer.close()
  }
}

/** A path that ends in `/`, and what only a folder can hold. */
async function isFolder({ path, partitionBy = [], rowsPerFile, bytesPerFile, mode }: FileSink): Promise<boolean> {
  if (partitionBy.length > 0 || rowsPerFile !== undefined || bytesPerFile !== undefined || /[\\/]$/.test(path)) return true
  if (mode !== 'append') return false
  const there = await entryAt(resolve(path))
  if (there === undefined || there.isDirectory()) return true
  throw new TidemillError('connectors.exists', `a file cannot be appended to: ${path}`, {
    hint: "write to a folder (a path that ends in /) from the beginning: mode 'append' adds files to it",
    details: { path },
  })
}

async function writeFile(context: Context, plan: Plan, sink: FileSink, layout: Layout, options: RunOptions): Promise<WriteReport> {
  const { mode = 'fail' } = sink
  const target = resolve(sink.path)
  // Its length does not depend on the name, which may be as long as names can be.
  const temp = join(dirname(target), `${hiddenPrefix}${newWriterId()}`)
  const forget = removeAtExit(temp)
  try {
    await checkTarget(target, mode === 'fail' ? 'fail' : 'replace', false, sink.path)
    await mkdir(dirname(target), { recursive: true })
    await sweepBeside(dirname(target), context.host.clock)
    const database = await context.database()
    const written = await withRows(context, plan, options, async (rows, told) =>
      database.run(`COPY (${fileSelect(rows, layout)}) TO ${duckdb.quoteText(temp)} (${formatSettings(layout).join(', ')})`, {
        ...options,
        label: `writing ${basename(sink.path)}`,
        failed: told,
      }),
    )
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    const bytes = await toDisk(temp)
    await put(temp, target, mode === 'fail' ? 'fail' : 'replace', false, sink.path)
    await toDisk(dirname(target))
    return { rows: written, bytes, files: [target] }
  } catch (error) {
    // Why the write failed says more than why tidying up did, as below a folder that is a file.
    await rm(temp, { recursive: true, force: true }).catch(() => undefined)
    throw writeError(error, sink.path, temp)
  } finally {
    forget()
  }
}
