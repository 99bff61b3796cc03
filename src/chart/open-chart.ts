// oxlint-disable-next-line no-restricted-imports -- the browser of the user is started, with a path that is made here
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { chartPage } from './chart-page.ts'
import type { ChartData } from './types.ts'

/** The page of a chart in the browser of this machine. The file stays for the browser; the folder of temporary files is the system's to empty. */
export async function openChart(chart: ChartData): Promise<string> {
  // A folder of its own, which others cannot read.
  const path = join(await mkdtemp(join(tmpdir(), 'tidemill-chart-')), 'chart.html')
  await writeFileAtomic(path, await chartPage(chart))
  const [program, ...args] = opener(path)
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new TidemillError('chart.window', `no browser could be started: ${program}`, {
      details: { program, path },
      hint: `open ${path} yourself, or save the chart: chart.save('chart.html')`,
      cause,
    })
  }
  child.unref()
  return path
}

function opener(path: string): readonly [program: string, ...args: string[]] {
  if (platform() === 'darwin') return ['open', path]
  // `start` is a word of the shell; explorer opens a file with what belongs to its ending, without one.
  return platform() === 'win32' ? ['explorer.exe', path] : ['xdg-open', path]
}
