// `npm run wasm`: compiles the folders of `wasm/` (AssemblyScript) into modules of `src/`, which are committed, so that nobody else needs the compiler.
import { writeFileSync } from 'node:fs'
import { compiled, modules } from './wasm-source.ts'

for (const module of modules) writeFileSync(module.generated, await compiled(module))
