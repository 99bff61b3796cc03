/** Several processes at one table: writers that meet, writers that are killed, disks that are full; and a reader all the while. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parquet, rows } from '../../../connectors/index.ts'
import { type Session, tidemill } from '../../../session/index.ts'

const root = join(import.meta.dirname, '../../../..')
const program = join(root, 'test/fixtures/table-writer.ts')
let folder: string
let tm: Session
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-writers-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'store') })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

interface Said {
  readonly ready?: boolean
  readonly version?: number
  readonly batch?: number
  readonly batches?: readonly { readonly batch: number; readonly rows: number; readonly sum: number }[]
  readonly code?: string
  readonly message?: string
  readonly retryable?: boolean
}

function begin(
  kind: string,
  path: string,
  writer: number,
  times: number,
): { readonly child: ChildProcess; readonly said: Promise<readonly Said[]> } {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', program, kind, path, String(writer), String(times)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr?.on('data', (text: Buffer) => errors.push(text.toString()))
  const said = (async () => {
    const lines: Said[] = []
    if (child.stdout === null) return lines
    for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Said)
    if (errors.length > 0) throw new Error(errors.join(''))
    return lines.filter(line => line.ready !== true)
  })()
  return { child, said }
}

const whole = { rows: 10, sum: 45 }

test('appends of two processes all come through, and a reader sees whole ones only', { timeout: 120_000 }, async () => {
  const path = join(folder, 'appends')
  await (await tm.read(rows([...Array(10).keys()].map(i => ({ batch: 0, i, part: 'p0', text: '' }))))).write(
    parquet(path, { partitionBy: ['part'] }),
  )
  const [one, two, reads] = await Promise.all([
    begin('append', path, 1, 12).said,
    begin('append', path, 2, 12).said,
    begin('read', path, 0, 25).said,
  ])
  const written = [...one, ...two]
  expect(written.filter(line => line.code !== undefined)).toEqual([])
  expect(new Set(written.map(line => line.version)).size).toBe(24)
  for (const { batches = [], message } of reads) {
    expect(message).toBeUndefined()
    for (const batch of batches) expect(batch).toMatchObject(whole)
  }
  const found = await (await tm.read(parquet(path))).rows()
  expect(found.length).toBe(250)
  expect(await tm.files.usage(path)).toMatchObject({ version: 25, extra: { files: 0 }, writing: 0, deadWrites: 0 })
})

test('of two processes that replace a table one wins each time, the other is told, and a reader sees one batch', {
  timeout: 120_000,
}, async () => {
  const path = join(folder, 'replaces')
  await (await tm.read(rows([...Array(10).keys()].map(i => ({ batch: 0, i, part: 'p0', text: '' }))))).write(
    parquet(path, { partitionBy: ['part'] }),
  )
  const [one, two, reads] = await Promise.all([
    begin('replace', path, 1, 12).said,
    begin('replace', path, 2, 12).said,
    begin('read', path, 0, 25).said,
  ])
  const written = [...one, ...two]
  const lost = written.filter(line => line.version === undefined)
  for (const { code, message, retryable } of lost) {
    expect({ code, retryable }).toEqual({ code: 'storage.conflict', retryable: true })
    expect(message).toMatch(/^another writer was first: .*replaces is at version \d+ \(replace\), this write began at version \d+$/)
  }
  // Each version has one writer.
  const versions = written.flatMap(line => line.version ?? [])
  expect(new Set(versions).size).toBe(versions.length)
  for (const { batches, message } of reads) {
    expect(message).toBeUndefined()
    expect(batches).toEqual([expect.objectContaining(whole)])
  }
  const last = written.find(line => line.version === Math.max(...versions))
  expect(new Set((await (await tm.read(parquet(path))).rows()).map(row => row['batch']))).toEqual(new Set([last?.batch]))
  expect((await tm.files.usage(path)).extra.files).toBe(0)
})

test('two processes that make one table: one makes it, the other is told', { timeout: 60_000 }, async () => {
  const path = join(folder, 'new')
  const said = (await Promise.all([begin('replace', path, 1, 1).said, begin('replace', path, 2, 1).said])).flat()
  for (const line of said) expect([undefined, 'storage.conflict']).toContain(line.code)
  expect((await (await tm.read(parquet(path))).rows()).length).toBe(10)
  expect((await readdir(folder)).filter(name => name.startsWith('.tidemill-'))).toEqual([])
})

test('processes that replace other partitions do not hinder each other', { timeout: 60_000 }, async () => {
  const path = join(folder, 'parts')
  await (await tm.read(rows([{ batch: 0, i: 0, part: 'p9', text: '' }]))).write(parquet(path, { partitionBy: ['part'] }))
  const said = (await Promise.all([begin('parts', path, 1, 6).said, begin('parts', path, 2, 6).said])).flat()
  expect(said.map(line => line.code)).toEqual(Array(12).fill(undefined))
  const found = await (await tm.read(parquet(path))).rows()
  expect(new Set(found.map(row => row['batch']))).toEqual(new Set([0, 1005, 2005]))
  expect(found.length).toBe(21)
})

/** Waits until something below a folder has a hidden name of a write that goes on. */
async function isWriting(at: string, hidden: (name: string) => boolean): Promise<void> {
  for (;;) {
    const names = await readdir(at, { recursive: true }).catch(() => [] as string[])
    if (names.some(hidden)) return
    await new Promise(resolve => {
      setTimeout(resolve, 5)
    })
  }
}

test('a process that is killed while it makes a table leaves none, and the next write sweeps what it left', {
  timeout: 60_000,
}, async () => {
  const at = join(folder, 'killed-new')
  await mkdir(at)
  const { child, said } = begin('long', join(at, 'out'), 1, 1)
  await isWriting(at, name => name.includes('.parts'))
  child.kill('SIGKILL')
  await once(child, 'exit')
  await said
  const left = (await readdir(at)).filter(name => name.startsWith('.tidemill-'))
  expect(left.length).toBe(1)
  expect(await readdir(at)).not.toContain('out')
  await (await tm.read(rows([{ x: 1 }]))).write(parquet(`${at}/out/`))
  expect((await readdir(at)).filter(name => name.startsWith('.tidemill-'))).toEqual([])
  expect(await (await tm.read(parquet(join(at, 'out')))).count()).toBe(1)
})

test('a process that is killed while it appends leaves the table as it was, at every moment of the write', {
  timeout: 120_000,
}, async () => {
  const path = join(folder, 'killed')
  await (await tm.read(rows([...Array(10).keys()].map(i => ({ batch: 0, i, part: 'p0', text: '' }))))).write(
    parquet(path, { partitionBy: ['part'] }),
  )
  const moments: readonly ((name: string) => boolean)[] = [
    name => name.includes('writing-'),
    name => name.includes('.parts'),
    name => /data_[0-9a-f]{12}_/.test(name) && !name.includes('.tidemill-'),
  ]
  for (const moment of moments) {
    const { child, said } = begin('long', path, 1, 1)
    await isWriting(path, moment)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const finished = (await said).some(line => line.version !== undefined)
    const usage = await tm.files.usage(path)
    // The last moment may be too late to stop the write: then all of it is there.
    const count = (await (await tm.read(parquet(path))).rows()).length
    expect((count - 10) % 400_000).toBe(0)
    if (finished || usage.version !== 1) break
    expect(count).toBe(10)
    expect(usage.deadWrites).toBe(1)
    await (await tm.read(rows([{ batch: 0, i: 0, part: 'p9', text: '' }]))).write(parquet(path, { partitionBy: ['part'], mode: 'append' }))
    expect(await tm.files.usage(path)).toMatchObject({ version: 2, deadWrites: 0, writing: 0, extra: { files: 0 } })
    expect((await readdir(path)).filter(name => name.startsWith('.tidemill-'))).toEqual([])
    await rm(path, { recursive: true })
    await (await tm.read(rows([...Array(10).keys()].map(i => ({ batch: 0, i, part: 'p0', text: '' }))))).write(
      parquet(path, { partitionBy: ['part'] }),
    )
  }
})

const run = promisify(execFile)
// A disk of two megabytes in a namespace of its own; where the system allows none, the disk-full case cannot be shown.
const mountable = await run('unshare', ['-Urm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tmpdir()]).then(
  () => true,
  () => false,
)
const fullDisk = `
import { tidemill } from 'tidemill'
import { parquet, rows } from 'tidemill/connectors'
const at = process.argv[1]
const tm = await tidemill({ typesFile: false, workers: 1, folder: process.argv[2] })
const some = await tm.read(rows(Array.from({ length: 1000 }, (_, i) => ({ id: i, part: i % 3, text: 'x' }))))
const many = await tm.read(rows(Array.from({ length: 300000 }, (_, i) => ({ id: i, part: i % 3, text: String(i * 7919) }))))
const to = mode => parquet(at + '/out', { partitionBy: ['part'], mode })
await some.write(to('fail'))
for (const mode of ['append', 'replace', 'replacePartitions'])
  console.log(await many.write(to(mode)).then(() => 'written', ({ code, message }) => code + ' | ' + message))
console.log(JSON.stringify(await tm.files.usage(at + '/out')))
console.log(await (await tm.read(parquet(at + '/out'))).count())
await some.write(to('append'))
console.log(await (await tm.read(parquet(at + '/out'))).count())
await tm.close()`

test.skipIf(!mountable)('a disk that fills up in the middle leaves the table as it was, and is told', { timeout: 60_000 }, async () => {
  const at = join(folder, 'full')
  await mkdir(at)
  const { stdout } = await run(
    'unshare',
    [
      '-Urm',
      'sh',
      '-c',
      'mount -t tmpfs -o size=2m tmpfs "$AT" && exec "$@"',
      'sh',
      process.execPath,
      '--conditions=tidemill-source',
      '--input-type=module',
      '-e',
      fullDisk,
      at,
      join(folder, 'full-store'),
    ],
    { cwd: root, env: { ...process.env, AT: at } },
  )
  const lines = stdout.trim().split('\n')
  expect(lines.slice(0, 3)).toEqual(
    Array(3).fill(expect.stringMatching(/^connectors\.unreadable \| output cannot be written: .*\/out: no space left on device$/)),
  )
  expect(JSON.parse(lines[3] ?? '')).toMatchObject({ version: 1, files: 3, rows: 1000, extra: { files: 0 }, writing: 0 })
  expect(lines.slice(4)).toEqual(['1000', '2000'])
})
