import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readTypes } from '../connectors/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Spec } from '../plan/index.ts'
import { camelCase, diffSchemas, type Schema, schemaHash } from '../schema/index.ts'

/**
 * Compares the columns a file has with those `tidemill types` wrote down, as the compiler trusted them.
 *
 * @throws schema.changed-file naming what changed
 */
export async function checkTypes(spec: Spec, schema: Schema, typesFile: string): Promise<void> {
  const { path, names } = spec.options as { readonly path?: string; readonly names?: 'camelCase' }
  if (path === undefined) return
  const found = await nearest(typesFile)
  if (found === undefined) return
  const known = readTypes(found.text).get(path)
  if (known === undefined) return
  const before = names === 'camelCase' ? known.schema.map(field => ({ ...field, name: camelCase(field.name) })) : known.schema
  if (schemaHash(before) === schemaHash(schema)) return
  const changes = diffSchemas(before, schema)
  throw new TidemillError(
    'schema.changed-file',
    `file changed: ${path} no longer has the columns in ${found.path}: ${changes.join('; ')}`,
    {
      hint: `look at the file, then run: npx tidemill types '${path}'`,
      details: { path, types: found.path, changes },
    },
  )
}

/** The file in the current folder or the nearest above it, as the compiler finds it from the project's root. */
async function nearest(name: string): Promise<{ readonly path: string; readonly text: string } | undefined> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const path = resolve(folder, name)
    try {
      return { path, text: await readFile(path, 'utf8') }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    if (dirname(folder) === folder) return undefined
  }
}
