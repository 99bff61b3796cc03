import { functions } from '../../src/expr/index.ts'
import { missingKernels } from '../../src/kernels/index.ts'
import { verbGroups } from './verbs/index.ts'

/**
 * The README with as many verbs and functions as there are: verbs that have a page, functions of the table, those of them that kernels have too.
 *
 * @throws Error when the README has lost one of the rows
 */
export function readmeFigures(text: string): string {
  const verbs = verbGroups.flatMap(group => group.verbs).length
  const all = Object.keys(functions).length
  const inKernels = Object.keys(functions).filter(name => missingKernels[name] === undefined).length
  const rows: readonly (readonly [RegExp, string])[] = [
    [/^\| verbs \| .*? from select /m, `| verbs | ${verbs}, [a page each](docs/verbs/), from select `],
    [
      /^\| functions \| .* \|$/m,
      `| functions | ${all} ([pages with examples](docs/functions/)) on DuckDB, ${inKernels} of them also in our kernels, with the same meaning |`,
    ],
  ]
  return rows.reduce((now, [row, wanted]) => {
    if (!row.test(now)) throw new Error(`README.md has no row ${row}`)
    return now.replace(row, () => wanted)
  }, text)
}
