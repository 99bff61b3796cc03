/** Runs printed programs, all in one process, and tells the fingerprints of their tables. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from '../house/run.ts'

const show = 'await table.show()'
const report = `import { fingerprint, type Plan } from 'tidemill/plan'
export const found: Record<string, string> = {}
export function report(name: string, plan: Plan): void {
  found[name] = fingerprint(plan)
}
`

/**
 * The fingerprint of each program's table by its name, or the error it ended with.
 *
 * @param folder inside the repository, so that `tidemill` is this package; the files that the programs read lie there
 * @throws when a program does not show its table at its end
 */
export async function runPrograms(folder: string, programs: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(programs)
  for (const [index, name] of names.entries()) {
    const text = programs[name] ?? ''
    if (!text.includes(`\n${show}\n`)) throw new Error(`program without its end: ${name}\n${text}`)
    const end = `report(${JSON.stringify(name)}, table.plan)`
    await writeFile(join(folder, `program-${index}.ts`), `import { report } from './report.ts'\n${text.replace(show, () => end)}`)
  }
  await writeFile(join(folder, 'report.ts'), report)
  const lines = names.map(
    (name, index) => `await import('./program-${index}.ts').catch(e => { found[${JSON.stringify(name)}] = String(e) })`,
  )
  const all = `import { found } from './report.ts'\n${lines.join('\n')}\nconsole.log('\\n' + JSON.stringify(found))\n`
  await writeFile(join(folder, 'all.ts'), all)
  const { out } = await mustRun(process.execPath, ['--conditions=tidemill-source', 'all.ts'], { cwd: folder, env: { NO_COLOR: '1' } })
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, string>
}
