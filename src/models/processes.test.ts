/** Real processes in one workspace: nothing is lost, whoever comes first and whoever is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyModel } from '../ml/index.ts'
import { seededRandom, systemScheduler } from '../time/index.ts'
import { fitLines } from './fixtures/fit-lines.ts'
import { openWorkspace } from './index.ts'
import { wayBack } from './registry/aliases.ts'

const program = join(import.meta.dirname, 'fixtures/writer.ts')
let base: string
let saved: string
let model: AnyModel

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-processes-'))
  ;[model] = (await fitLines([2])) as [AnyModel]
  saved = join(base, 'saved')
  await model.save(saved)
})
afterAll(() => rm(base, { recursive: true, force: true }))

interface Writer {
  readonly child: ChildProcess
  /** What it was promised so far. */
  readonly numbers: number[]
  readonly ready: Promise<unknown>
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
  go(): void
}

function writer(folder: string, times: number, name = 'price'): Writer {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', program, folder, saved, String(times), name], { stdio: 'pipe' })
  const numbers: number[] = []
  let text = ''
  let errors = ''
  let tell: (value: unknown) => void = () => undefined
  const ready = new Promise(resolve => {
    tell = resolve
  })
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString()
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines)
      if (line === 'ready') tell(undefined)
      else numbers.push(Number(line))
  })
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString()
  })
  // One that was killed cannot be told to go.
  child.stdin.on('error', () => undefined)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, errors }))
  const early = ended.then(({ code }) => {
    throw new Error(`the process ended with ${code} before it was ready: ${errors}`)
  })
  return { child, numbers, ready: Promise.race([ready, early]), ended, go: () => void child.stdin.write('go\n') }
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

test.each([
  [2, 15],
  [3, 10],
])(
  '%i processes that start on a new folder at the same moment and register %i versions each lose nothing',
  async (processes, times) => {
    for (let round = 0; round < 2; round++) {
      const folder = join(base, `race-${processes}-${round}`)
      const writers = Array.from({ length: processes }, () => writer(folder, times))
      await Promise.all(writers.map(({ ready }) => ready))
      for (const one of writers) one.go()
      const ends = await Promise.all(writers.map(({ ended }) => ended))
      expect(ends.map(({ code, errors }) => [code, errors])).toEqual(ends.map(() => [0, '']))
      const total = processes * times
      expect(writers.flatMap(({ numbers }) => numbers).sort((a, b) => a - b)).toEqual(upTo(total))
      await using workspace = await openWorkspace(folder, { existing: true })
      expect((await workspace.models.versions('price')).map(version => version.number).reverse()).toEqual(upTo(total))
      const changes = (await workspace.models.history('price', 'champion')).toReversed()
      expect(changes.map(({ to }) => to).sort((a, b) => a - b)).toEqual(upTo(total))
      // Each change starts where the one before ended.
      expect(changes.map(({ from }) => from)).toEqual([undefined, ...changes.slice(0, -1).map(({ to }) => to)])
      expect(await workspace.models.aliases('price')).toEqual({ champion: changes.at(-1)?.to })
      expect(wayBack(changes)).toHaveLength(total)
      for (const number of [1, total]) expect((await workspace.models.load(`price@${number}`)).toJson()).toEqual(model.toJson())
    }
  },
  180_000,
)

test('a process killed while it registers leaves a workspace that opens, with every promised version, and every visible one loads', async () => {
  const folder = join(base, 'killed')
  const random = seededRandom(11)
  let promised = 0
  for (let round = 0; round < 10; round++) {
    const one = writer(folder, 1e6)
    await one.ready
    one.go()
    // Every other round it is killed early, while it opens or makes the folder.
    if (round % 2 === 1) await Promise.race([once(one.child.stdout as NodeJS.ReadableStream, 'data'), one.ended])
    await new Promise<void>(resolve => void systemScheduler.after(random.next() * 60, resolve))
    one.child.kill('SIGKILL')
    expect(await one.ended).toEqual({ code: null, errors: '' })
    promised = Math.max(promised, ...one.numbers)
    await using workspace = await openWorkspace(folder)
    const known = await workspace.models.list()
    const numbers = known.length === 0 ? [] : (await workspace.models.versions('price')).map(version => version.number).reverse()
    expect(numbers).toEqual(upTo(numbers.length))
    expect(numbers.length).toBeGreaterThanOrEqual(promised)
    for (const number of numbers)
      expect((await workspace.models.load(`price@${number}`)).predict({ x: 3 })).toEqual(model.predict({ x: 3 }))
    // The next one goes on from there.
    const next = await workspace.models.register('price', model)
    expect(next.number).toBe(numbers.length + 1)
    promised = next.number
  }
}, 180_000)
