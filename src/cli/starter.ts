import type { Spec } from '../plan/index.ts'
import { printSchemaSpec, type Schema } from '../schema/index.ts'
import { textOptionNames } from './text-words.ts'
import { learnt } from './while-widening.ts'

/** How many values a column has; what is not known counts as many. */
export type Distinct = (column: string) => number

/** Groups that a person can look at. */
const mostGroups = 1_000

/** A program in the user's terms that compiles and runs as it stands. */
export function starter(file: string, source: Spec, schema: Schema, distinct: Distinct): string {
  const { kind } = source
  // The last number of a table is its measure more often than the first, which tends to be a key or a place.
  const number =
    schema.findLast(field => field.type === 'float64') ?? schema.findLast(field => field.type === 'int64' || field.type === 'int32')
  const key = keyOf(
    schema.filter(field => field !== number),
    distinct,
  )
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
    `const data = await tm.read(${kind}(${quote(file)}${optionsText(source, schema)}))`,
    `const answer = data`,
    ...steps,
    `await answer.show()`,
    `await tm.close()`,
  ].join('\n')
}

/** Columns and types of the formats whose types are found in the text; what was named of the others. */
function optionsText({ kind, options }: Spec, schema: Schema): string {
  const { table, sheet } = options as { readonly table?: string; readonly sheet?: string }
  if (table !== undefined) return `, { table: ${quote(table)} }`
  if (!learnt.has(kind)) return ''
  const of = sheet === undefined ? dialectText(options) : `  sheet: ${quote(sheet)},\n`
  return `, {\n${of}  schema: {\n${schema.map(field => `    ${propertyOf(field)},\n`).join('')}  },\n}`
}

/** What the command line said of how the text is written. */
function dialectText(options: object): string {
  const value = (one: unknown): string => {
    if (typeof one === 'string') return quote(one)
    if (Array.isArray(one)) return `[${one.map(value).join(', ')}]`
    if (typeof one !== 'object' || one === null) return String(one)
    return `{ ${Object.entries(one)
      .map(([name, own]) => `${name}: ${value(own)}`)
      .join(', ')} }`
  }
  return Object.entries(options)
    .filter(([name]) => textOptionNames.includes(name))
    .map(([name, one]) => `  ${name}: ${value(one)},\n`)
    .join('')
}

/** The column that makes the fewest groups: of texts and booleans first, of whole numbers where there are none; none when each row would be a group of its own. */
function keyOf(schema: Schema, distinct: Distinct): Schema[number] | undefined {
  const fewest = (types: readonly unknown[]): Schema[number] | undefined =>
    schema
      .filter(field => types.includes(field.type) && distinct(field.name) > 1 && distinct(field.name) <= mostGroups)
      .toSorted((a, b) => distinct(a.name) - distinct(b.name))[0]
  return fewest(['string', 'boolean']) ?? fewest(['int64', 'int32', 'date'])
}

/** A JavaScript string in single quotes. */
function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** `price: 'float64'`. */
function propertyOf(field: Schema[number]): string {
  return printSchemaSpec([field]).slice(2, -2)
}
