import { problem } from '../problem.ts'
import type { Spec } from '../seams.ts'
import { objectText, quoted, valueText } from './value-text.ts'

const mostRows = 1000
/** Functions of `tidemill/connectors` whose first argument is a path, and whose options are those of the description. */
const files: ReadonlySet<string> = new Set(['csv', 'ndjson', 'json', 'parquet', 'arrow', 'excel', 'lines', 'sqlite'])

/** A source as the call that describes it: `csv('orders.csv', { header: true })`. Passwords are no part of it. */
export function sourceText({ kind, options }: Spec, used: Set<string>): string {
  const { path, url, secret: _, rows, schema, ...rest } = options as Readonly<Record<string, unknown>>
  const given = { ...rest, ...(schema === undefined ? {} : { schema }) }
  const more = Object.values(given).some(value => value !== undefined) ? `, ${objectText(given)}` : ''
  if (files.has(kind) && typeof path === 'string') {
    used.add(kind)
    return `${kind}(${quoted(path)}${more})`
  }
  if (kind === 'postgres' && typeof url === 'string') {
    used.add(kind)
    return `postgres(${quoted(url)}${more})`
  }
  if (kind === 'rows' && Array.isArray(rows)) {
    if (rows.length > mostRows)
      throw problem('plan.no-program', `rows in memory are too many for a program: ${rows.length} (up to ${mostRows})`, undefined, {
        hint: 'write them to a file and read that: await table.write(parquet(path))',
      })
    used.add('rows')
    return `rows([\n${rows.map(row => `  ${valueText(row)},\n`).join('')}]${more})`
  }
  throw problem('plan.no-program', `source that no text makes again: ${kind}`, undefined, {
    hint: 'write its rows to a file and read that: await table.write(parquet(path))',
  })
}
