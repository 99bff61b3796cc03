import { csv, ndjson, parquet } from '../connectors/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { describeValue, progressReporter, renderTerminal } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { profile } from '../quality/index.ts'
import { type OpenRow, printSchemaSpec, printType, type Schema } from '../schema/index.ts'
import { tidemill } from '../session/index.ts'
import { systemClock } from '../time/index.ts'
import { interruptSignal } from './interrupt.ts'

/** Shows what a file holds: schema, first rows, profile, and a typed program to start from. */
export async function peek(
  file: string,
  options: { readonly rows: number; readonly json: boolean; readonly quiet: boolean },
): Promise<void> {
  if (!(Number.isInteger(options.rows) && options.rows >= 0))
    throw new TidemillError('cli.usage', `--rows must be a whole number, not ${options.rows}`)
  const source = sourceOf(file)
  const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: options.quiet || options.json })
  const { signal, release } = interruptSignal()
  const tm = await tidemill()
  try {
    const data = await tm.read(source)
    const first = await data.limit(options.rows).rows({ signal })
    const facts = await profile(data, { signal })
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ file, schema: data.schema, rows: first, profile: facts.toJson() }, null, 2)}\n`)
      return
    }
    const look = { width: process.stdout.columns ?? 140, color: process.stdout.isTTY && process.env['NO_COLOR'] === undefined }
    print(heading(file, data))
    print(renderTerminal(describeValue(data.schema.map(field => ({ column: field.name, type: typeText(field) }))), look))
    print(`\nfirst ${first.length} rows`)
    print(renderTerminal(describeValue(first), look))
    print('\nprofile')
    print(renderTerminal(describeValue(facts), look))
    print(`\na program to start from (save it as start.ts, run it with: node start.ts)\n\n${starter(file, source.kind, data.schema)}`)
  } finally {
    stop()
    release()
    await tm.close()
  }
}

/** Chooses the reader by the ending of the name. */
export function sourceOf(file: string): Source<OpenRow> {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (/\.(parquet|pq)$/.test(name)) return parquet(file)
  if (/\.(ndjson|jsonl)$/.test(name)) return ndjson(file)
  if (/\.(csv|tsv|txt|tab)$/.test(name)) return csv(file)
  throw new TidemillError('cli.usage', `no reader for ${file} (have .csv, .tsv, .txt, .ndjson, .jsonl, .parquet, each also .gz)`, {
    hint: 'commands are: tidemill FILE, tidemill types GLOB, tidemill doctor',
  })
}

/** A program in the user's terms that compiles and runs as it stands. */
export function starter(file: string, kind: string, schema: Schema): string {
  // The last number of a table is its measure more often than the first, which tends to be a key or a place.
  const number =
    schema.findLast(field => field.type === 'float64') ?? schema.findLast(field => field.type === 'int64' || field.type === 'int32')
  const key =
    schema.find(field => field.type === 'string') ??
    schema.find(field => field.type === 'boolean' || (field.type === 'int64' && field !== number))
  const declared = kind === 'parquet' ? '' : `, {\n  schema: ${lined(printSchemaSpec(schema))},\n}`
  const column = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `r.${name}` : `r[${quote(name)}]`)
  const r = number === undefined ? '()' : 'r'
  const aggs = [
    'rows: count()',
    ...(number === undefined ? [] : [`mean: ${column(number.name)}.mean()`, `largest: ${column(number.name)}.max()`]),
  ].join(', ')
  const steps =
    key === undefined
      ? [`  .agg(${r} => ({ ${aggs} }))`]
      : [`  .groupBy(${quote(key.name)})`, `  .agg(${r} => ({ ${aggs} }))`, `  .sort(r => r.rows.desc())`]
  return [
    `import { count, tidemill } from 'tidemill'`,
    `import { ${kind} } from 'tidemill/connectors'`,
    ``,
    `const tm = await tidemill()`,
    `const data = await tm.read(${kind}(${quote(file)}${declared}))`,
    `const answer = data`,
    ...steps,
    `await answer.show()`,
    `await tm.close()`,
  ].join('\n')
}

/** A JavaScript string in single quotes. */
function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** One column a line. */
function lined(spec: string): string {
  return spec
    .replace(/^\{ /, '{\n    ')
    .replace(/ \}$/, ',\n  }')
    .replaceAll(/, (?=[A-Za-z_$][\w$]*: |'[^']*': )/g, ',\n    ')
}

function heading(file: string, data: Dataset<OpenRow>): string {
  return `${file}: ${data.schema.length} columns`
}

function typeText(field: Schema[number]): string {
  return `${printType(field.type)}${field.nullable ? '?' : ''}`
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
