import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BenchCase, result, unpaired } from '../measure.ts'

const run = promisify(execFile)
const partitions = 10_000
const limitMb = 200

/** Writes ten thousand partitions in a process of its own, and prints what it took. */
const ours = `
import { readFileSync } from 'node:fs'
import { embedded } from 'tidemill/engines/embedded'
import { tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
const [source, out, store] = process.argv.slice(1)
const tm = await tidemill({ typesFile: false, workers: 1, folder: store, engine: embedded({ memoryLimit: ${limitMb}e6, threads: 2 }) })
const data = await tm.read(parquet(source))
const [start, before] = [performance.now(), process.cpuUsage()]
const { rows, files } = await data.write(parquet(out, { partitionBy: ['p'] }))
const { user, system } = process.cpuUsage(before)
const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
console.log(JSON.stringify({ rows, files: files.length, ms: performance.now() - start, cpu: (user + system) / 1000, peak }))
await tm.close()`

/** The same in DuckDB's SQL; \`limit\` is what it needs not to fail. */
const peer = `
import { readdirSync, readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
const [source, out, limit] = process.argv.slice(1)
const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: limit, temp_directory: out + '.spill' })
const connection = await instance.connect()
const [start, before] = [performance.now(), process.cpuUsage()]
let failed = ''
try {
  await connection.run("copy (from read_parquet('" + source + "')) to '" + out + "' (format parquet, partition_by (p))")
} catch (error) {
  failed = error.message.split('\\n')[0]
}
const { user, system } = process.cpuUsage(before)
const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
const files = failed === '' ? readdirSync(out, { recursive: true }).filter(name => name.endsWith('.parquet')).length : 0
console.log(JSON.stringify({ failed, files, ms: performance.now() - start, cpu: (user + system) / 1000, peak }))`

interface Taken {
  readonly failed?: string
  readonly files: number
  readonly ms: number
  readonly cpu: number
  readonly peak: number
}

/**
 * CPU, and the most resident memory, of a write of 10,000 partitions in random order under a memory limit of 200 MB. The peer, DuckDB's own PARTITION_BY, cannot do it under that
 * limit; it gets what it needs.
 */
export const manyPartitions: BenchCase = async ({ quick, folder, say }) => {
  const rows = quick ? 1_000_000 : 5_000_000
  const source = join(folder, 'many.parquet')
  const made = `copy (select i, (hash(i) % ${partitions})::integer as p, i * 1.5 as x, 'text ' || (i % 1000) as t from range(${rows}) r(i)) to '${source}' (format parquet)`
  await script(
    `import { DuckDBInstance } from '@duckdb/node-api'
const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(process.argv[1])
console.log('{}')`,
    [made],
  )
  const mine = (await script(ours, [source, join(folder, 'ours'), join(folder, 'store')])) as Taken
  const note = `peak ${Math.round(mine.peak)} MB resident with a limit of ${limitMb} MB, ${mine.files} files, ${Math.round(mine.ms)} ms`
  const aim = { text: `at most limit + 400 MB resident`, met: mine.peak <= limitMb + 400 }
  const small = (await script(peer, [source, join(folder, 'peer-small'), `${limitMb}MB`])) as Taken
  say(
    small.failed === ''
      ? `DuckDB's PARTITION_BY under ${limitMb} MB: ${small.files} files`
      : `DuckDB's PARTITION_BY under ${limitMb} MB: ${small.failed}`,
  )
  const large = (await script(peer, [source, join(folder, 'peer'), quick ? '4GB' : '8GB'])) as Taken
  const name = `${partitions} partitions, ${rows / 1e6}M rows`
  if (large.failed !== '') return [unpaired(name, 'CPU ms', mine.cpu, `DuckDB: ${large.failed}`, note)]
  const against = `DuckDB's PARTITION_BY with ${quick ? 4 : 8} GB: peak ${Math.round(large.peak)} MB, ${large.files} files, nothing synced or hashed`
  return [
    result(name, 'CPU ms', against, { ours: mine.cpu, peer: large.cpu }, { note, aim }),
    result(`${name}, memory`, 'MB', against, { ours: mine.peak, peer: large.peak }),
  ]
}

async function script(text: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', text, ...args], {
    cwd: join(import.meta.dirname, '../..'),
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}
