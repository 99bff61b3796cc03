import { seededRandom } from '../../time/index.ts'
import type { Label } from '../kinds/kind.ts'
import { type Folds, type KFold, type StratifiedKFold, wrongFolds } from './folds.ts'

/**
 * The fold in which each row is held out.
 *
 * @param codes the class number of each row; stratified folds need them
 * @param classes the labels of the class numbers, for messages
 * @throws ml.folds for fewer rows than folds, a class with fewer rows than folds, given folds of another length, stratified folds without
 * classes
 */
export function foldOfRows(folds: Folds, rows: number, codes?: ArrayLike<number>, classes?: readonly Label[]): Int32Array {
  if (folds.kind === 'givenFolds') {
    if (folds.numbers.length !== rows)
      throw wrongFolds(`folds are given for ${folds.numbers.length} rows, the data have ${rows}`, { given: folds.numbers.length, rows })
    return Int32Array.from(folds.numbers)
  }
  if (rows < folds.folds) throw wrongFolds(`fewer rows than folds: ${rows} rows, ${folds.folds} folds`, { rows, folds: folds.folds })
  return folds.kind === 'kFold' ? parts(folds, rows) : strata(folds, rows, codes, classes)
}

function parts({ folds, shuffle, seed }: KFold, rows: number): Int32Array {
  const longer = rows % folds
  const size = (rows - longer) / folds
  const border = longer * (size + 1)
  const foldAt = Int32Array.from({ length: rows }, (_, at) => Math.floor(at < border ? at / (size + 1) : longer + (at - border) / size))
  return shuffle ? shuffled(foldAt, seededRandom(seed).next) : foldAt
}

/**
 * How many rows of each class a fold gets is read off the sorted classes, every k-th row for a fold; the rows of a class then fill the
 * folds in their order, or by chance. Source: scikit-learn's StratifiedKFold, since 0.22.
 */
function strata(
  { folds, shuffle, seed }: StratifiedKFold,
  rows: number,
  codes: ArrayLike<number> | undefined,
  classes: readonly Label[] | undefined,
): Int32Array {
  if (codes === undefined) throw wrongFolds('stratified folds need classes: the target has none', {}, 'take kFold()')
  if (codes.length !== rows) throw wrongFolds(`classes of ${codes.length} rows, the data have ${rows}`, { classes: codes.length, rows })
  const byClass = rowsByClass(codes)
  for (const [code, members] of byClass) {
    if (members.length >= folds) continue
    const label = String(classes?.[code] ?? code)
    throw wrongFolds(`fewer rows than folds: class ${label} has ${members.length} rows, ${folds} folds`, {
      class: label,
      rows: members.length,
      folds,
    })
  }
  const { next } = seededRandom(seed)
  const out = new Int32Array(rows)
  let first = 0
  for (const members of byClass.values()) {
    const own = Int32Array.from(members.keys(), at => (first + at) % folds).sort()
    const fold = shuffle ? shuffled(own, next) : own
    for (const [at, row] of members.entries()) out[row] = fold[at] as number
    first += members.length
  }
  return out
}

/** The rows of each class, the classes in the order they first come. */
function rowsByClass(codes: ArrayLike<number>): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>()
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number
    if (!Number.isSafeInteger(code) || code < 0) throw wrongFolds(`row without a class: ${row}`, { row })
    const have = rows.get(code)
    if (have === undefined) rows.set(code, [row])
    else have.push(row)
  }
  return rows
}

/** Fisher and Yates. */
function shuffled(values: Int32Array, next: () => number): Int32Array {
  for (let last = values.length - 1; last > 0; last--) {
    const at = Math.floor(next() * (last + 1))
    const value = values[last] as number
    values[last] = values[at] as number
    values[at] = value
  }
  return values
}
