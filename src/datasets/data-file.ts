import { fileURLToPath } from 'node:url'
import { showingText } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { type Row, schemaOf, type SchemaSpec } from '../schema/index.ts'

// The folder lies beside `src` and beside `dist`.
const folder = new URL('../../datasets/', import.meta.url)

/** A CSV file of this package with a declared schema; `snake_case` names of the file are read in camel case. */
export function dataFile<const S extends SchemaSpec>(name: string, schema: S): Source<Row<S>> {
  const path = fileURLToPath(new URL(name, folder))
  return Object.freeze({
    kind: 'csv',
    options: Object.freeze({ path, delimiter: ',', header: true, names: 'camelCase', schema: schemaOf(schema) }),
    ...showingText(() => `table ${name} that ships with tidemill`),
  })
}
