import { printSchemaSpec, type Schema } from '../schema/index.ts'

/** A program in the user's terms that compiles and runs as it stands. */
export function starter(file: string, kind: string, schema: Schema): string {
  // The last number of a table is its measure more often than the first, which tends to be a key or a place.
  const number =
    schema.findLast(field => field.type === 'float64') ?? schema.findLast(field => field.type === 'int64' || field.type === 'int32')
  const key =
    schema.find(field => field.type === 'string') ??
    schema.find(field => field.type === 'boolean' || (field.type === 'int64' && field !== number))
  const declared = kind === 'parquet' ? '' : `, {\n  schema: {\n${schema.map(field => `    ${propertyOf(field)},\n`).join('')}  },\n}`
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

/** `price: 'float64'`. */
function propertyOf(field: Schema[number]): string {
  return printSchemaSpec([field]).slice(2, -2)
}
