// `npm run wasm`: compiles `wasm/ndjson` (AssemblyScript) into `src/kernels/ndjson/lines.wasm.ts`, which is committed, so that nobody else needs the compiler.
import { writeFileSync } from 'node:fs'
import { compiled, generatedPath } from './wasm-source.ts'

writeFileSync(generatedPath, await compiled())
