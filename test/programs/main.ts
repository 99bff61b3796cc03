/** `npm run programs -- [--seeds N] [--from N]`: the law of `toTypeScript` on many drawn tables. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { tidemill } from '../../src/index.ts'
import { root } from '../house/tree.ts'
import { explorePrograms } from './explore.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '500' }, from: { type: 'string', default: '1' } } })
await mkdir(join(root, 'out'), { recursive: true })
const folder = await mkdtemp(join(root, 'out/programs-'))
const tm = await tidemill({ workers: 1 })
try {
  const { wrong, programs } = await explorePrograms(tm, folder, { from: Number(values.from), seeds: Number(values.seeds) })
  for (const one of wrong) process.stdout.write(`${one}\n\n`)
  process.stdout.write(`${programs} programs run, ${wrong.length} break the law\n`)
  process.exitCode = wrong.length === 0 ? 0 : 1
} finally {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
}
