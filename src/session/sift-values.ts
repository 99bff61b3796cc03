/** Rows of a text file whose values do not fit their columns, where such rows are left out. */
import { stringsOf } from '../batch/index.ts'
import { type PreparedOptions, withOptions } from '../connectors/index.ts'
import { type Engine, type RunOptions, type Spec, verbs } from '../plan/index.ts'
import { parseText, printType, type Schema } from '../schema/index.ts'

type Options = PreparedOptions & { readonly fileName?: string }

/** What the query calls the file of a row. */
const fileColumn = '~tidemill file'

/** Counts the rows that do not fit, and gives the source without them, with its report. */
export async function siftValues(
  spec: Spec,
  schema: Schema,
  bad: NonNullable<PreparedOptions['bad']>,
  engine: Engine,
  options: RunOptions,
): Promise<Spec> {
  const own = spec.options as Options
  const folders = new Set((own.partitionFields ?? []).map(field => field.name))
  const columns = schema.filter(field => field.name !== own.fileName && !folders.has(field.name))
  const typed = columns.filter(field => field.type !== 'string' || !field.nullable)
  if (typed.length === 0) return withOptions(spec, { bad: undefined, report: await bad.finish() })
  const lineColumn = own.lineColumn ?? ''
  const texts = [lineColumn, fileColumn, ...columns.map(field => field.name)].map(
    name => ({ name, type: 'string', nullable: true }) as const,
  )
  const search = withOptions(spec, { fileName: fileColumn, fitting: { keep: 'bad', columns: typed } })
  for await (const batch of engine.run(verbs.scan(search, texts, undefined), options)) {
    const [lines = [], files = [], ...values] = batch.columns.map(column => stringsOf(column))
    for (let row = 0; row < batch.rows; row++) {
      const fields = values.map(column => column[row] ?? null)
      bad.add({
        file: files[row] ?? '',
        line: Number(lines[row]),
        reason: reasonOf(columns, fields),
        text: fields.map(text => text ?? '').join(','),
      })
    }
    await bad.flush()
  }
  return withOptions(spec, { bad: undefined, report: await bad.finish(), fitting: { keep: 'good', columns: typed } })
}

function reasonOf(columns: Schema, fields: readonly (string | null)[]): string {
  for (const [index, { name, type, nullable }] of columns.entries()) {
    const text = fields[index] ?? null
    if (text === null && !nullable) return `NULL in a column without \`?\`: ${name}`
    if (text !== null && parseText(text, type) === undefined && !isNested(type))
      return `value does not fit: ${JSON.stringify(text.slice(0, 200))} in column ${name} (wants ${printType(type)})`
  }
  return 'a value does not fit its column'
}

function isNested(type: Schema[number]['type']): boolean {
  return typeof type === 'object' && !('decimal' in type) && !('enum' in type)
}
