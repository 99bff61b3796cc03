/** The access log of a web server: lines taken apart, counted, and put into sessions. */
import { join } from 'node:path'
import { count, type Dataset, lit, when } from 'tidemill'
import { lines } from 'tidemill/connectors'
import type { Job } from '../job.ts'
import type { Tables } from '../tables.ts'

const request = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+)[^"]*" (\d{3}) (\S+) "([^"]*)" "(.*)"$/

interface Request {
  ip: string | null
  path: string | null
  status: string | null
  bytes: number | null
  t: Date | null
}

const logLines = ({ tm, folder }: Tables): Promise<Dataset<{ line: string }>> => tm.read(lines(join(folder, 'logs/apache_access.log.gz')))

/** Lines of the combined form, as columns; other lines are left out. */
async function requests(tables: Tables): Promise<Dataset<Request>> {
  return (await logLines(tables))
    .filter(r => r.line.matches(request))
    .select(r => ({
      ip: r.line.extract(request, 1),
      t: r.line.extract(request, 2).toTimestamp('%d/%b/%Y:%H:%M:%S %z'),
      path: r.line.extract(request, 4),
      status: r.line.extract(request, 5),
      bytes: r.line.extract(request, 6).tryCast('int64'),
    }))
}

export const logJobs: readonly Job[] = [
  {
    name: 'log_status',
    run: async tables => {
      const all = await logLines(tables)
      const parsed = await requests(tables)
      const [totals] = await parsed.agg(r => ({ parsed: count(), bytes_total: r.bytes.sum(), distinct_ip: r.ip.countDistinct() })).rows()
      const odd = await all
        .filter(r => r.line.matches(request).not())
        .limit(2)
        .rows()
      return {
        rows: await parsed
          .groupBy('status')
          .agg(() => ({ n: count() }))
          .sort('status')
          .rows(),
        figures: { ...totals, lines: await all.filter(r => r.line.ne('')).count(), unparsed_first: odd.map(row => row.line) },
      }
    },
  },
  {
    name: 'log_top_paths',
    run: async tables => ({
      rows: await (await requests(tables))
        .groupBy('path')
        .agg(() => ({ n: count() }))
        .sort(r => r.n.desc(), 'path')
        .limit(5)
        .rows(),
    }),
  },
  {
    name: 'log_per_hour',
    run: async tables => ({
      rows: await (await requests(tables))
        .groupBy(r => ({ t: r.t.truncate('hour') }))
        .agg(() => ({ n: count() }))
        .sort('t')
        .rows(),
    }),
  },
  {
    name: 'log_sessions',
    run: async tables => ({
      rows: await (await requests(tables))
        .withColumns(r => ({ before: r.t.lag().over({ partitionBy: r.ip, orderBy: r.t }) }))
        .withColumns(r => ({ begins: when(r.before.isNull().or(r.t.gt(r.before.plus('30m'))), 1).otherwise(0) }))
        .withColumns(r => ({ session: r.begins.sum().over({ partitionBy: r.ip, orderBy: r.t }) }))
        .groupBy('ip', 'session')
        .agg(r => ({ n: count(), from: r.t.min(), to: r.t.max() }))
        .agg(r => ({
          sessions: count(),
          longest_requests: r.n.max(),
          max_duration_s: r.to.diff(r.from, 'second').max(),
          single: count().where(r.n.eq(lit(1))),
        }))
        .rows(),
    }),
  },
]
