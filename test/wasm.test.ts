/** The WebAssembly that is committed is what its sources make. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { linesSource } from '../src/kernels/ndjson/lines.wasm.ts'
import { wordsSource } from '../src/mapreduce/words.wasm.ts'
import { compiled, modules, sourceHash } from '../tools/wasm-source.ts'

const sources: Readonly<Record<string, string>> = { lines: linesSource, words: wordsSource }

test.each(modules)(
  'the compiled module of $folder is that of its sources: `npm run wasm` after an edit',
  async module => {
    expect(sources[module.name]).toBe(sourceHash(module))
    expect(readFileSync(module.generated, 'utf8')).toBe(await compiled(module))
  },
  60_000,
)
