/**
 * The access log of a web server: lines become columns, what cannot be read is set aside, visits are put together.
 *
 * `node examples/logs.ts [LOG] [QUARANTINE]`: a log in the combined form (`.gz` too, a glob, `-` for standard input) and a file for lines that are not of that
 * form. Without a log it reads one that is made by a seed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, type Session, tidemill, when } from 'tidemill'
import { lines, ndjson } from 'tidemill/connectors'
import { makeAccessLog } from './data/access-log.ts'

const combined = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (\S+) "([^"]*)" "(.*)"$/

/** Lines of the form as typed columns, and all other lines as they are: nothing is dropped in silence. */
async function parse(tm: Session, log: string) {
  const all = (await tm.read(lines(log))).withColumns(r => ({ fits: r.line.matches(combined) }))
  const requests = all
    .filter(r => r.fits)
    .select(r => ({
      client: r.line.extract(combined, 1),
      at: r.line.extract(combined, 2).toTimestamp('%d/%b/%Y:%H:%M:%S %z'),
      method: r.line.extract(combined, 3),
      path: r.line.extract(combined, 4),
      status: r.line.extract(combined, 5).cast('int64'),
      bytes: r.line.extract(combined, 6).nullIf('-').cast('int64'),
      agent: r.line.extract(combined, 8),
    }))
    .dropNulls('client', 'at', 'path', 'status')
  return { requests: await requests.cache(), unread: all.filter(r => r.fits.not()).select('line') }
}
type Requests = Awaited<ReturnType<typeof parse>>['requests']

const byStatus = (requests: Requests) =>
  requests
    .groupBy('status')
    .agg(r => ({ requests: count(), megabytes: r.bytes.sum().div(1e6).round(2) }))
    .sort('status')

const topPaths = (requests: Requests) =>
  requests
    .groupBy('path')
    .agg(r => ({ requests: count(), clients: r.client.countDistinct(), failed: count().where(r.status.gte(400)) }))
    .topK(5, [r => r.requests.desc(), r => r.path.asc()])

/** Empty spans are rows too: a silence is seen. */
const bySixHours = (requests: Requests) =>
  requests.resample('at', '6h', r => ({ requests: count(), errors: count().where(r.status.gte(500)) }))

/** A visit ends when a client is silent for more than half an hour. */
const visits = (requests: Requests) =>
  requests
    .withColumns(r => ({ before: r.at.lag().over({ partitionBy: r.client, orderBy: r.at }) }))
    .withColumns(r => ({ begins: when(r.before.isNull().or(r.at.gt(r.before.plus('30m'))), 1).otherwise(0) }))
    .withColumns(r => ({ visit: r.begins.sum().over({ partitionBy: r.client, orderBy: r.at }) }))
    .groupBy('client', 'visit')
    .agg(r => ({ requests: count(), from: r.at.min(), seconds: r.at.max().diff(r.at.min(), 'second') }))

async function tell(title: string, table: { show(options: { rows: number }): Promise<void> }) {
  console.log(`\n${title}`)
  await table.show({ rows: 24 })
}

const own = process.argv[2] === undefined ? await mkdtemp(join(tmpdir(), 'tidemill-logs-')) : undefined
const log = own === undefined ? (process.argv[2] ?? '') : join(own, 'access.log')
await using tm = await tidemill()
try {
  if (own !== undefined) await makeAccessLog(log)
  const { requests, unread } = await parse(tm, log)
  const setAside = await unread.count()
  console.log(`${await requests.count()} requests, ${setAside} lines that cannot be read`)
  const quarantine = process.argv[3]
  if (quarantine !== undefined) await unread.write(ndjson(quarantine, { mode: 'replace' }))
  else for (const { line } of await unread.limit(3).rows()) console.log(`  ${JSON.stringify(line.slice(0, 60))}`)

  await tell('requests by status', byStatus(requests))
  await tell('the most wanted paths', topPaths(requests))
  await tell('requests in six hours', bySixHours(requests))
  const [summary] = await visits(requests)
    .agg(r => ({
      visits: count(),
      single: count().where(r.requests.eq(1)),
      most: r.requests.max(),
      longest: r.seconds.max(),
      median: r.requests.median(),
    }))
    .rows()
  console.log(
    `\n${summary?.visits} visits, ${summary?.single} of one request; requests a visit: median ${summary?.median}, at most ${summary?.most}; the longest took ${summary?.longest} s`,
  )
} finally {
  if (own !== undefined) await rm(own, { recursive: true })
}
