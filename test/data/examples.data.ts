/** The examples on the large real files; their figures were computed once more with pandas 3.1.1. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mustRun } from '../house/run.ts'
import { shownLines } from '../house/shown-lines.ts'
import { root } from '../house/tree.ts'
import { dataFolder } from './folders.ts'

async function shown(file: string, ...args: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemill-example-'))
  try {
    const program = ['--conditions=tidemill-source', join(root, 'examples', file), ...args]
    return shownLines((await mustRun(process.execPath, program, { cwd: folder, env: { NO_COLOR: '1' } })).out)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('the flights example on the 336,776 flights of 2013', async () => {
  const lines = await shown('flights.ts', join(dataFolder(), 'flights'))
  for (const line of [
    '336776 flights; not in the list of airports: BQN, PSE, SJU, STT',
    '5 | 1953 | 9 | 0.7 | 201',
    '22 | 2639 | 78 | 18.8 | 276',
    '908 | 23 | 2013-03-10',
    '902 | 25 | 2013-11-03',
    'Frontier Airlines Inc. | 685 | 21.9 | 76',
    'AirTran Airways Corporation | 3260 | 20.1 | 70',
    'not in the list | 7602 | 4',
    'poor | 10704 | 28 | 10.7',
    'middling | 45790 | 19.8 | 9.6',
    'good | 279440 | 11 | 11.4',
    'NULL | 842 | 8.2 | NULL',
  ])
    expect(lines).toContain(line)
})

test('the log example on 10,000 lines of a real server', async () => {
  const lines = await shown('logs.ts', join(dataFolder(), 'logs', 'apache_access.log.gz'))
  for (const line of [
    '9999 requests, 1 lines that cannot be read',
    '200 | 9125 | 2735.46',
    '/favicon.ico | 807 | 683 | 0',
    '3052 visits, 1607 of one request; requests a visit: median 1, at most 108; the longest took 59 s',
  ])
    expect(lines).toContain(line)
})
