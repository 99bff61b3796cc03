/**
 * Program C5: counts the words of a text file into a folder, which appears whole or not at all.
 *
 * `node examples/word-count-folder.ts input.txt output [--replace]`; a folder that is there is an error without `--replace`.
 */
import { parseArgs } from 'node:util'
import { tidemill, TidemillError } from 'tidemill'
import { lines } from 'tidemill/connectors'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { replace: { type: 'boolean', default: false } } })
const [input, output] = positionals
if (input === undefined || output === undefined) throw new Error('give it a text file and a folder: input.txt output')

await using tm = await tidemill()
try {
  const counts = await tm.mapReduce(lines(input), {
    *map(line) {
      for (const word of line.split(/\s+/)) if (word !== '') yield [word, 1] as const
    },
    combine: (a: number, b) => a + b,
    reduce: (word, parts) => ({ word, n: parts.reduce((a, b) => a + b) }),
    partitions: 2,
    schema: { word: 'string', n: 'int64' },
    output: { folder: output, mode: values.replace ? 'replace' : 'error' },
  })
  const { map, shuffle } = counts.report
  console.log(`${map.items} lines, ${shuffle.pairs} words, ${await counts.count()} different ones`)
} catch (error) {
  if (!(error instanceof TidemillError) || error.code !== 'storage.exists') throw error
  console.error(error.message)
  process.exitCode = 1
}
