import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** A control group with 1 GB, or why there is none. */
function memoryGroup(): { readonly procs: string; readonly path: string } | string {
  if (process.platform !== 'linux') return 'control groups are a thing of Linux'
  const name = `tidemill_test_${process.pid}`
  const limit = String(1024 ** 3)
  const tries = [
    { path: `/sys/fs/cgroup/memory/${name}`, limit: 'memory.limit_in_bytes' },
    { path: `/sys/fs/cgroup/${name}`, limit: 'memory.max' },
  ]
  for (const { path, limit: file } of tries) {
    try {
      mkdirSync(path)
      try {
        writeFileSync(join(path, file), limit)
        readFileSync(join(path, file))
        return { path, procs: join(path, 'cgroup.procs') }
      } catch (error) {
        rmdirSync(path)
        throw error
      }
    } catch {
      // The next way is tried.
    }
  }
  return 'control groups cannot be made here: needs root and a writable /sys/fs/cgroup'
}
const group = memoryGroup()
const skipped = typeof group === 'string' ? ` (skipped: ${group})` : ''

const script = `
  const { embedded, machineLimits } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
  const { Database } = await import(${JSON.stringify(new URL('./duckdb/database.ts', import.meta.url).href)})
  const { systemClock } = await import(${JSON.stringify(new URL('../../time/index.ts', import.meta.url).href)})
  const limit = Number(process.argv[2]) || machineLimits().memoryBytes
  const db = await Database.open({ memoryLimit: limit, threads: Math.max(1, Math.floor(limit / 150 / 1024 ** 2)), clock: systemClock, tempFolder: process.argv[1] })
  // Rows of 1 kB: ten times the limit of the engine.
  const rows = Math.ceil(10 * limit / 1000)
  const sql = "SELECT hash(range) AS k, repeat(md5(CAST(range AS VARCHAR)), 31) AS text, range AS r FROM range(" + rows + ")"
  let seen = 0, before = -1n, ok = true
  for await (const batch of db.stream("SELECT CAST(k >> 1 AS BIGINT) AS k, text, r FROM (" + sql + ") ORDER BY k", [
    { name: 'k', type: 'int64', nullable: true }, { name: 'text', type: 'string', nullable: true }, { name: 'r', type: 'int64', nullable: true } ])) {
    const keys = batch.columns[0].data
    for (let i = 0; i < batch.rows; i++) { if (keys[i] < before) ok = false; before = keys[i] }
    seen += batch.rows
  }
  await db.close()
  console.log(JSON.stringify({ rows, seen, ok, limit }))`

async function sorted(folder: string, limit: string, procs?: string): Promise<{ rows: number; seen: number; ok: boolean; limit: number }> {
  const node = [process.execPath, '--conditions=tidemill-source', '--input-type=module', '-e', script, folder, limit]
  const child =
    procs === undefined ? spawn(node[0] as string, node.slice(1)) : spawn('sh', ['-c', `echo $$ > ${procs}; exec "$@"`, 'sh', ...node])
  let out = ''
  let err = ''
  child.stdout.on('data', bytes => (out += String(bytes)))
  child.stderr.on('data', bytes => (err += String(bytes)))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' })
  return JSON.parse(out) as { rows: number; seen: number; ok: boolean; limit: number }
}

test('a sort of ten times a limit of 200 MB ends with an answer', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-sort-'))
  const made = await sorted(folder, String(200e6))
  expect(made).toMatchObject({ seen: made.rows, ok: true })
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

test.skipIf(typeof group === 'string')(
  `inside a control group of 1 GB a sort of ten times the default limit ends with an answer${skipped}`,
  { timeout: 600_000 },
  async () => {
    if (typeof group === 'string') return
    const folder = await mkdtemp(join(tmpdir(), 'tidemill-sort-'))
    try {
      const made = await sorted(folder, '0', group.procs)
      // The default limit was found from the group, not from the machine.
      expect(made.limit).toBe(Math.floor(0.6 * 1024 ** 3) - 350 * 1024 ** 2)
      expect(made).toMatchObject({ seen: made.rows, ok: true })
    } finally {
      await rm(folder, { recursive: true, force: true })
      execFileSync('sh', ['-c', `rmdir ${group.path} || true`])
    }
  },
)
