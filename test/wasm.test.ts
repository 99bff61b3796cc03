/** The WebAssembly that is committed is what its sources make. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { linesSource } from '../src/kernels/ndjson/lines.wasm.ts'
import { compiled, generatedPath, sourceHash } from '../tools/wasm-source.ts'

test('the compiled kernel of NDJSON lines is that of its sources: `npm run wasm` after an edit', async () => {
  expect(linesSource).toBe(sourceHash())
  expect(readFileSync(generatedPath, 'utf8')).toBe(await compiled())
}, 60_000)
