import type { Batch } from '../batch/index.ts'
import type { Source } from './source.ts'

/** Blocks up to this size together are kept for the next pass, as those who learn in many passes want them; more are made again. */
const keptBytes = 256 * 2 ** 20

/** The source with its blocks kept after the first whole pass, where they are small: what makes them is not done twice. */
export function kept<S extends Source>(source: S): S {
  let whole: readonly Batch[] | undefined
  async function* first(): AsyncIterable<Batch> {
    const seen: Batch[] = []
    let bytes = 0
    for await (const block of source.blocks()) {
      bytes += block.rows * block.columns.length * 8
      if (bytes <= keptBytes) seen.push(block)
      yield block
    }
    if (bytes <= keptBytes) whole = seen
  }
  async function* again(blocks: readonly Batch[]): AsyncIterable<Batch> {
    yield* blocks
  }
  return { ...source, blocks: () => (whole === undefined ? first() : again(whole)) }
}
