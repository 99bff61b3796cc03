import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BenchCase, median, result, unpaired } from '../measure.ts'

const run = promisify(execFile)
/** With less than 250 MB DuckDB's sort of such rows fails, ours and its own. */
const limitMb = 300

const ours = `
import { embedded } from 'tidemill/engines/embedded'
import { tidemill } from 'tidemill'
import { parquet } from 'tidemill/connectors'
const [source, out, store] = process.argv.slice(1)
const tm = await tidemill({ typesFile: false, workers: 1, folder: store, engine: embedded({ memoryLimit: ${limitMb}e6, threads: 1 }) })
const data = await tm.read(parquet(source))
await timed(() => data.sort('key').write(parquet(out)))
await tm.close()`

const peer = `
import { DuckDBInstance } from '@duckdb/node-api'
const [source, out] = process.argv.slice(1)
const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '${limitMb}MB', temp_directory: out + '.spill' })
const connection = await instance.connect()
await timed(() => connection.run("copy (select * from read_parquet('" + source + "') order by key) to '" + out + "' (format parquet)"))
connection.closeSync()`

const timed = `
import { readFileSync } from 'node:fs'
async function timed(work) {
  const [start, before] = [performance.now(), process.cpuUsage()]
  let failed = ''
  try {
    await work()
  } catch (error) {
    failed = error.message.split('\\n')[0]
  }
  const { user, system } = process.cpuUsage(before)
  const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
  console.log(JSON.stringify({ failed, ms: performance.now() - start, cpu: (user + system) / 1000, peak }))
}`

interface Taken {
  readonly failed: string
  readonly ms: number
  readonly cpu: number
  readonly peak: number
}

/** A sort of five times the memory limit into a Parquet file, each side in a process of its own: CPU, and the most resident memory. Linux only. */
export const bigSort: BenchCase = async ({ quick, folder }) => {
  // Rows of some 110 bytes in memory: five times the limit; quick, once and a half.
  const rows = quick ? 4_000_000 : 15_000_000
  const source = join(folder, 'unsorted.parquet')
  await script(
    `import { DuckDBInstance } from '@duckdb/node-api'
const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(process.argv[1])
console.log('{}')`,
    [
      `copy (select (hash(i) >> 1)::bigint as key, md5(i::varchar) as a, md5((i + 1)::varchar) as b, i / 3.0 as c from range(${rows}) t(i)) to '${source}' (format parquet)`,
    ],
  )
  const name = `sort of ${rows / 1e6}M rows, limit ${limitMb} MB`
  const [all, others]: [Taken[], Taken[]] = [[], []]
  // In turns, and the other first every second time: the machine's speed changes within a minute.
  for (let round = 0; round < (quick ? 1 : 3); round++)
    for (const own of round % 2 === 0 ? [true, false] : [false, true]) {
      const args = own
        ? [source, join(folder, `ours-${round}.parquet`), join(folder, 'store')]
        : [source, join(folder, `peer-${round}.parquet`)]
      const taken = (await script(timed + (own ? ours : peer), args)) as Taken
      if (own && taken.failed !== '') throw new Error(`sort of ${rows} rows: ${taken.failed}`)
      ;(own ? all : others).push(taken)
      await rm(args[1] ?? '', { recursive: true, force: true })
    }
  const [mine, other] = [middleOf(all), middleOf(others)]
  const note = `ours ${Math.round(mine.ms)} ms, peak ${Math.round(mine.peak)} MB; peer ${Math.round(other.ms)} ms, peak ${Math.round(other.peak)} MB`
  const failed = others.find(one => one.failed !== '')?.failed
  if (failed !== undefined) return [unpaired(name, 'CPU ms', mine.cpu, `DuckDB: ${failed}`, note)]
  const ratio = mine.cpu / other.cpu
  return [
    result(
      name,
      'CPU ms',
      "DuckDB's COPY of ORDER BY under the same limit",
      { ours: mine.cpu, peer: other.cpu },
      {
        note,
        aim: { text: 'at most 1.1 times', met: ratio <= 1.1 },
      },
    ),
    result(
      `${name}, memory`,
      'MB',
      'the same',
      { ours: mine.peak, peer: other.peak },
      {
        aim: { text: 'at most limit + 400 MB resident', met: mine.peak <= limitMb + 400 },
      },
    ),
  ]
}

/** The median of times, and the most memory. */
function middleOf(all: readonly Taken[]): Omit<Taken, 'failed'> {
  return { ms: median(all.map(one => one.ms)), cpu: median(all.map(one => one.cpu)), peak: Math.max(...all.map(one => one.peak)) }
}

async function script(text: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', text, ...args], {
    cwd: join(import.meta.dirname, '../..'),
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}
