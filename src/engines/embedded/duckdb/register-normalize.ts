import { normalizeFunction } from '../../../sql/index.ts'
import type { Database } from './database.ts'

const registered = new WeakMap<Database, Promise<void>>()

/** Registers the Unicode normal forms of JavaScript as a function of the database. DuckDB calls it on the main thread, a vector of texts at a time. */
export function registerNormalize(database: Database): Promise<void> {
  const known = registered.get(database)
  if (known !== undefined) return known
  const { api, bindings } = database.native
  const made = database.alone({}, async connection => {
    const { scalar_function } = api.DuckDBScalarFunction.create({
      name: normalizeFunction,
      parameterTypes: [api.VARCHAR, api.VARCHAR],
      returnType: api.VARCHAR,
      mainFunction: (_, input, output) => {
        const [texts, forms] = [input.getColumnVector(0), input.getColumnVector(1)]
        for (let row = 0; row < input.rowCount; row++) {
          const text = texts.getItem(row)
          const form = forms.getItem(row)
          output.setItem(row, typeof text === 'string' && typeof form === 'string' ? text.normalize(form) : null)
        }
        output.flush()
      },
    })
    bindings.register_scalar_function(connection, scalar_function)
  })
  registered.set(database, made)
  made.catch(() => registered.delete(database))
  return made
}
