/**
 * `npm run bench -- [batch] [--quick] [--json] [--only TEXT]`: pairs, ours and the peer, in turns in one run. `batch` is the group of cases over large tables, which takes
 * some minutes and makes its tables once in `~/.cache/tidemill-bench`.
 *
 * Figures are costs, less is better; a ratio over 1 is where we lose. `--json` prints one line a case: `{case, ours, peer, unit, ratio}`, or
 * `{case, ours, unit, missing}` where the peer could not be had.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { version as duckdb } from '@duckdb/node-api'
import { csvRead, firstRow, groupBys, joins, mapRows, rowTexts } from './cases/batch-tables.ts'
import { bigSort } from './cases/big-sort.ts'
import { builderCpu } from './cases/builder-cpu.ts'
import { completion } from './cases/completion.ts'
import { forest } from './cases/forest.ts'
import { importTime } from './cases/import-time.ts'
import { irisGrid } from './cases/iris-grid.ts'
import { manyPartitions } from './cases/many-partitions.ts'
import { patterns } from './cases/patterns.ts'
import { profile } from './cases/profile.ts'
import { rowByRow } from './cases/row-by-row.ts'
import { rowObjects } from './cases/row-objects.ts'
import { singleRow } from './cases/single-row.ts'
import { streamLatency } from './cases/stream-latency.ts'
import { streamThroughput } from './cases/stream-throughput.ts'
import { strictCsv } from './cases/strict-csv.ts'
import { wordCount } from './cases/word-count.ts'
import type { BenchCase, Result, Unpaired } from './measure.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string' } },
})
const usual: Readonly<Record<string, BenchCase>> = {
  'import-time': importTime,
  'builder-cpu': builderCpu,
  'row-objects': rowObjects,
  'row-by-row': rowByRow,
  'strict-csv': strictCsv,
  profile,
  patterns,
  completion,
  'iris-grid': irisGrid,
  forest,
  'single-row': singleRow,
  'word-count': wordCount,
  'stream-throughput': streamThroughput,
  'stream-latency': streamLatency,
}
const batch: Readonly<Record<string, BenchCase>> = {
  'group-by': groupBys,
  join: joins,
  'csv-read': csvRead,
  map: mapRows,
  'row-texts': rowTexts,
  'first-row': firstRow,
  'word-count': wordCount,
  'big-sort': bigSort,
  'many-partitions': manyPartitions,
}
const [group = 'usual'] = positionals
const groups: Readonly<Record<string, Readonly<Record<string, BenchCase>>>> = { usual, batch }
const cases = groups[group]
if (cases === undefined) throw new Error(`unknown group: ${group} (have ${Object.keys(groups).join(', ')})`)

const json = values.json === true
const say = (text: string): void => void process.stdout.write(json ? '' : `${text}\n`)
say(
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
)
say(`Node ${process.versions.node}, DuckDB ${duckdb()}${values.quick === true ? ', quick' : ''}\n`)
say('costs, less is better; ratio = ours / peer')

const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'))
const results: Result[] = []
try {
  for (const [name, run] of Object.entries(cases)) {
    if (values.only !== undefined && !name.includes(values.only)) continue
    for (const found of await run({ quick: values.quick === true, folder, say })) {
      if (json) process.stdout.write(`${JSON.stringify(plain(found))}\n`)
      else say('missing' in found ? alone(found) : line(found))
      if (!('missing' in found)) results.push(found)
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
const lost = results.filter(found => found.ratio > 1)
say(
  results.length === 0
    ? '\nnothing was compared'
    : lost.length === 0
      ? '\nwe lose nowhere'
      : `\nwhere we lose: ${lost.map(found => `${found.case} (${found.ratio} x ${found.against})`).join('; ')}`,
)
for (const { aim, case: name } of results) if (aim !== undefined && !aim.met) say(`aim not met: ${name}: ${aim.text}`)

/** What `--json` prints of a case. */
function plain(found: Result | Unpaired): object {
  const { case: name, ours, unit } = found
  return 'missing' in found
    ? { case: name, ours, unit, missing: found.missing }
    : { case: name, ours, peer: found.peer, unit, ratio: found.ratio }
}

function alone({ case: name, ours, unit, missing, note }: Unpaired): string {
  return `${name.padEnd(36)} ours ${String(ours).padStart(8)}  peer     none ${unit.padEnd(7)} no ratio (${missing})${note === undefined ? '' : `\n${' '.repeat(37)}${note}`}`
}

function line({ case: name, ours, peer, unit, ratio, against, note, aim }: Result): string {
  const aimed = aim === undefined ? '' : `   aim ${aim.text}: ${aim.met ? 'met' : 'NOT MET'}`
  return `${name.padEnd(36)} ours ${String(ours).padStart(8)}  peer ${String(peer).padStart(8)} ${unit.padEnd(7)} ratio ${String(ratio).padEnd(6)} (${against})${aimed}${note === undefined ? '' : `\n${' '.repeat(37)}${note}`}`
}
