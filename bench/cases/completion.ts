import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { languageServer } from '../language-server.ts'
import { type BenchCase, inTurns, result } from '../measure.ts'

const root = join(import.meta.dirname, '../..')
const columns = 80

/** What the editor needs to complete `r.` behind a chain of 60 steps over 80 columns, after a keystroke, in TypeScript's own language server. */
export const completion: BenchCase = async ({ quick }) => {
  const folder = join(root, 'node_modules/.cache/tidemill-bench/editor')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const settings = { extends: join(root, 'tsconfig.json'), include: ['*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const files = { long: chain(60), short: chain(1) }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.ts`), text)
  const server = await languageServer(join(root, 'node_modules/typescript/bin/tsc'), folder)
  try {
    const ask = (name: 'long' | 'short'): (() => Promise<number>) => {
      const uri = pathToFileURL(join(folder, `${name}.ts`)).href
      const text = files[name]
      let version = 1
      server.open(uri, text)
      return async () => {
        // A keystroke at the start of the chain: every step behind it is looked at again.
        version++
        server.change(uri, version, text.replace('/* key */', `/* key ${version} */`))
        const began = performance.now()
        const labels = await server.completion(uri, text.split('\n').length - 1, (text.split('\n').at(-1) ?? '').indexOf('r.') + 2)
        const ms = performance.now() - began
        if (!labels.includes('c79') || !labels.includes('n0'))
          throw new Error(`no such completion: ${labels.length} labels (${labels.slice(0, 5).join(', ')})`)
        return ms
      }
    }
    const pair = await inTurns(quick ? 7 : 21, ask('long'), ask('short'))
    return [
      result('completion behind 60 steps', 'ms', 'the same behind 1 step', pair, {
        aim: { text: 'at most 300 ms', met: pair.ours <= 300 },
      }),
    ]
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each step but the first reads the column the step before it made; the last line is where the user types. */
function chain(steps: number): string {
  const wide = Array.from(
    { length: columns },
    (_, i) => `  c${i}: ${i % 4 === 0 ? 'string' : i % 4 === 1 ? 'number | null' : 'number'}`,
  ).join('\n')
  const step = (i: number): string =>
    [
      `.withColumns(r => ({ n${i}: r.c2.add(${i >= 4 ? `r.n${i - 4}` : 'r.c3'}) }))`,
      `.filter(r => r.n${i - 1}.gt(${i}).and(r.c6.lt(9)))`,
      `.withColumns(r => ({ c${4 * (i % 19) + 3}: r.c3.div(r.c2) }))`,
      `.fillNull({ c${4 * (i % 19) + 1}: 0 })`,
    ][i % 4] ?? ''
  const body = Array.from({ length: steps }, (_, i) => `  ${step(i)}`).join('\n')
  return `import type { Dataset } from 'tidemill'\ninterface Wide {\n${wide}\n}\ndeclare const t: Dataset<Wide>\nexport const end = t /* key */\n${body}\n  .filter(r => r.`
}
