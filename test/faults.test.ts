/** What breaks in the middle: disks that fill up, processes that are killed, functions that throw or never return, memory that runs out. Real processes, real disks. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tidemill } from 'tidemill'
import { arrow, csv, parquet } from 'tidemill/connectors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mustRun, run } from './house/run.ts'
import { root } from './house/tree.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-faults-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const program = (name: string): readonly string[] => ['--conditions=tidemill-source', join(root, 'test/fixtures', `${name}.ts`)]

/** What a program printed, a value of JSON or a bare word a line. */
function said(out: string): readonly unknown[] {
  return out
    .trim()
    .split('\n')
    .map(line => (/^[[{]/.test(line) ? (JSON.parse(line) as unknown) : line))
}

// A small disk in a namespace of its own; where the system allows none, full disks cannot be shown.
const smallDisk = (size: string): readonly string[] => ['-Urm', 'sh', '-c', `mount -t tmpfs -o size=${size} tmpfs "$AT" && exec "$@"`, 'sh']
const mountable = await run('unshare', [...smallDisk('1m'), 'true'], { cwd: root, env: { AT: tmpdir() } }).then(
  ({ code }) => code === 0,
  () => false,
)
const skipped = mountable ? '' : ' (skipped: no disk can be mounted here, which takes Linux and user namespaces)'

describe.skipIf(!mountable)(`a disk that fills up in the middle of a write${skipped}`, () => {
  test.each(['csv', 'gzip', 'ndjson', 'parquet', 'arrow', 'excel', 'sqlite'])(
    'leaves the %s that was there, and says so',
    { timeout: 60_000 },
    async kind => {
      const at = join(folder, `full-${kind}`)
      await mkdir(at)
      const { out } = await mustRun(
        'unshare',
        [...smallDisk('1m'), process.execPath, ...program('fault-write'), kind, join(at, 'out'), `${at}.store`],
        {
          cwd: root,
          env: { AT: at },
        },
      )
      const [error, back] = said(out)
      expect(error).toMatchObject({ code: 'connectors.unreadable', hint: expect.stringContaining('free some space') as unknown })
      expect(error).toMatchObject({
        message: expect.stringMatching(/out\S*: (no space left on device|database or disk is full)/) as unknown,
      })
      expect(back).toEqual({ rows: 10, sum: 45 })
    },
  )
})

describe('a process that is killed in the middle of a write', () => {
  test.each(['csv', 'gzip', 'parquet', 'arrow'])(
    'leaves the %s that was there, and no other file that is seen',
    { timeout: 60_000 },
    async kind => {
      const at = join(folder, `killed-${kind}`)
      await mkdir(at)
      const out = join(at, 'out')
      const child = spawn(process.execPath, [...program('fault-write'), kind, out, `${at}.store`, 'wait'], { cwd: root })
      const [began] = (await once(child.stdout, 'data')) as [Buffer]
      expect(String(began)).toBe('writing\n')
      const name = kind === 'gzip' ? 'out.gz' : 'out'
      const before = await stat(join(at, name))
      // Until some of the large file is on the disk, under its hidden name.
      for (;;) {
        expect(child.exitCode).toBeNull()
        const sizes = await Promise.all(
          (await readdir(at, { recursive: true }))
            .filter(file => file !== name)
            .map(file =>
              stat(join(at, file)).then(
                ({ size }) => size,
                () => 0,
              ),
            ),
        )
        if (sizes.some(size => size > 100_000)) break
        await new Promise(resolve => {
          setTimeout(resolve, 2)
        })
      }
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect((await readdir(at)).filter(file => !file.startsWith('.'))).toEqual([name])
      expect((await stat(join(at, name))).size).toBe(before.size)
      const tm = await tidemill({ typesFile: false, workers: 1, folder: `${at}.store` })
      try {
        const path = join(at, name)
        const source = kind === 'parquet' ? parquet(path) : kind === 'arrow' ? arrow(path) : csv(path)
        expect(await (await tm.read(source as unknown as ReturnType<typeof csv>)).count()).toBe(10)
      } finally {
        await tm.close()
      }
    },
  )
})

describe('a function of the user', () => {
  const runFunction = async (fault: string, policy: string): Promise<readonly unknown[]> =>
    said((await mustRun(process.execPath, [...program('fault-function'), fault, policy, join(folder, 'store')], { cwd: root })).out)
  const all = (1000 * 999) / 2

  test('that throws fails the run with the number of the row, and without its values', async () => {
    const [error] = await runFunction('throws', 'fail')
    expect(error).toMatchObject({ code: 'workers.function-failed', row: 8, hides: true })
    expect(error).toMatchObject({
      message: expect.stringMatching(/^function throws at .*fault-function\.ts:\d+:\d+ failed at row 8: seven$/) as unknown,
    })
  })

  test('that throws leaves rows out where that was asked for', async () => {
    expect(await runFunction('throws', 'skip')).toEqual([{ rows: 997, sum: all - 7 - 407 - 807 }])
  })

  test('that throws leaves rows for a quarantine, whole', async () => {
    const path = join(folder, 'quarantine.ndjson')
    expect(await runFunction('throws', path)).toEqual([{ rows: 997, sum: all - 7 - 407 - 807 }])
    const lines = said(await readFile(path, 'utf8'))
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatchObject({ row: 408, values: { id: 407, secret: 'secret-407' } })
  })

  test('that never returns is stopped at its deadline, in a run that fails and in one that goes on', { timeout: 60_000 }, async () => {
    const [error] = await runFunction('never', 'fail')
    expect(error).toMatchObject({ code: 'workers.deadline', row: 501, hides: true })
    expect(await runFunction('never', 'skip')).toEqual([{ rows: 999, sum: all - 500 }])
  })
})

describe('a memory limit', () => {
  const memory = (kind: string, spill: string): readonly string[] => [...program('fault-memory'), kind, spill, join(folder, 'memory-store')]

  test('that a sort passes four times over makes it spill, and the process stays near it', { timeout: 240_000 }, async () => {
    const spill = join(folder, 'spill')
    await mkdir(spill)
    const [found, used] = said((await mustRun(process.execPath, memory('sort', spill), { cwd: root })).out)
    expect(found).toEqual({ seen: 4_000_000, ordered: true })
    const { limitMb, peakMb = 0 } = used as { readonly limitMb: number; readonly peakMb?: number }
    expect(peakMb).toBeLessThan(limitMb + 400)
    expect(await readdir(spill)).toEqual([])
  })

  test('that what must be held whole passes ends the run with a sentence, not the process', { timeout: 120_000 }, async () => {
    const spill = join(folder, 'spill-list')
    await mkdir(spill)
    const [error] = said((await mustRun(process.execPath, memory('list', spill), { cwd: root })).out)
    expect(error).toMatchObject({ code: 'engine.out-of-memory', hint: expect.stringContaining('memoryLimit') as unknown })
  })

  test.skipIf(!mountable)(`with a spill folder that fills up ends the run and names the cure${skipped}`, { timeout: 120_000 }, async () => {
    const spill = join(folder, 'spill-full')
    await mkdir(spill)
    const { out } = await mustRun('unshare', [...smallDisk('20m'), process.execPath, ...memory('sort', spill)], {
      cwd: root,
      env: { AT: spill },
    })
    const [error] = said(out)
    expect(error).toMatchObject({ code: 'engine.disk-full', hint: expect.stringContaining('tempFolder') as unknown })
  })
})
