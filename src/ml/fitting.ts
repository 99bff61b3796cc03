/** What a step may take, checked where it reads: earlier steps may have filled NULLs and turned text into numbers. */
import type { Batch } from '../batch/index.ts'
import { type ErrorCode, TidemillError } from '../errors/index.ts'
import { valuesAt } from './blocks.ts'
import { throwAll } from './problems.ts'
import type { Source, Takes } from './source.ts'

/**
 * The source, in which text or NULLs that the step cannot take are an error.
 *
 * @throws ml.not-numeric, ml.has-nulls while reading, naming the step and all its columns
 */
export function fitting(source: Source, takes: Takes, step: string): Source {
  if (takes.text && takes.missing) return source
  // Rows that are in memory already have not been looked at.
  const { table: _, ...rest } = source
  // One whole pass without a fault is enough: the next ones give the same rows.
  let clean = false
  return {
    ...rest,
    async *blocks() {
      if (clean) {
        yield* source.blocks()
        return
      }
      const gaps = source.features.map(() => 0)
      let rows = 0
      for await (const block of source.blocks()) {
        rows += block.rows
        inspect(block, source.features, takes, step, gaps)
        yield block
      }
      const lacking = source.features.flatMap((name, i) => ((gaps[i] ?? 0) > 0 ? [`${name} (${gaps[i]} of ${rows} rows)`] : []))
      const problems: [ErrorCode, string][] =
        lacking.length === 0 ? [] : [['ml.has-nulls', `columns with NULLs at step ${step}: ${lacking.join(', ')}`]]
      throwAll(problems)
      clean = true
    },
  }
}

function inspect(block: Batch, features: readonly string[], takes: Takes, step: string, gaps: number[]): void {
  const text: string[] = []
  for (const [index, name] of features.entries()) {
    const values = valuesAt(block, index)
    if (!(values instanceof Float64Array)) {
      if (!takes.text) text.push(name)
      else if (!takes.missing) for (const code of values.codes) if (code < 0) gaps[index] = (gaps[index] ?? 0) + 1
    } else if (!takes.missing) for (const value of values) if (Number.isNaN(value)) gaps[index] = (gaps[index] ?? 0) + 1
  }
  if (text.length > 0)
    throw new TidemillError('ml.not-numeric', `columns that are no numbers at step ${step}: ${text.join(', ')}`, {
      hint: 'encode them first: columns({ words: { of: [...], use: oneHotEncoder() } })',
    })
}
