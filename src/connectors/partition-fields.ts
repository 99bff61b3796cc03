/** Columns that the names of folders give: `year=2026/`. */
import { TidemillError } from '../errors/index.ts'
import { inferSchema, parseText, printType, type Schema } from '../schema/index.ts'
import { percentDecoded } from '../storage/index.ts'

/**
 * The partition columns that the files themselves lack, with types: as declared, else found in all values. A value that is not of the declared type is an error here, so that the engine
 * may read them without a check, and so leave folders closed.
 *
 * @throws schema.misfit, schema.not-null
 */
export function partitionFields(files: readonly string[], partitions: readonly string[], declared: Schema | undefined): Schema {
  const values = partitionTexts(files, partitions)
  const found = inferSchema(partitions, values)
  return Object.freeze(
    found.map((field, index) => {
      const wanted = declared?.find(one => one.name === field.name)
      const texts = values[index] ?? []
      if (wanted === undefined) {
        const type = texts.includes('') ? 'string' : field.type
        return { name: field.name, type, nullable: texts.includes(null) }
      }
      texts.forEach((text, at) => {
        if (text === null && wanted.nullable) return
        if (text === null)
          throw new TidemillError('schema.not-null', `NULL in a column without \`?\`: ${wanted.name}, in the folder of ${files[at]}`, {
            details: { column: wanted.name, path: files[at] },
            hint: `declare the column as '${printType(wanted.type)}?'`,
          })
        if (parseText(text, wanted.type) === undefined)
          throw new TidemillError(
            'schema.misfit',
            `value does not fit: ${JSON.stringify(text)} in column ${wanted.name}, in the folder of ${files[at]} (wants ${printType(wanted.type)})`,
            { details: { column: wanted.name, value: text, wanted: printType(wanted.type), path: files[at] } },
          )
      })
      return wanted
    }),
  )
}

/** The text of each partition column in the folder of each file. */
export function partitionTexts(files: readonly string[], partitions: readonly string[]): readonly (readonly (string | null)[])[] {
  return partitions.map(name => files.map(file => valueIn(file, name)))
}

function valueIn(file: string, name: string): string | null {
  for (const part of file.split(/[\\/]/)) {
    const at = part.indexOf('=')
    if (at === -1 || percentDecoded(part.slice(0, at)) !== name) continue
    const value = percentDecoded(part.slice(at + 1))
    return value === '__HIVE_DEFAULT_PARTITION__' ? null : value
  }
  return null
}
