import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { version } from './version.ts'

const root = join(import.meta.dirname, '../..')
const main = join(import.meta.dirname, 'main.ts')
const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-cli-'))
  // As in a user's project: the package is found by its name.
  await cp(join(root, 'test/fixtures/project'), folder, { recursive: true })
  await mkdir(join(folder, 'node_modules'))
  await symlink(root, join(folder, 'node_modules/tidemill'))
  await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'))
  await writeFile(
    join(folder, 'homes.csv'),
    'city,price,rooms,sold_at\nDelft,1.5,3,2026-01-02\nLeiden,2.5,,2026-02-03\nDelft,3.5,4,2026-03-04\n',
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const tidemill = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  run(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder })

test('the version is that of the package', async () => {
  expect(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version).toBe(version)
  expect((await tidemill('--version')).stdout.trim()).toBe(version)
})

test('--help lists the commands and loads no engine', async () => {
  const { stdout } = await run(
    process.execPath,
    ['--conditions=tidemill-source', '--import', join(root, 'test/fixtures/print-modules.mjs'), main, '--help'],
    { cwd: folder },
  )
  expect(stdout).toMatch(/types[\s\S]*doctor/)
  expect(stdout).not.toMatch(/loaded: .*(duckdb|src\/session|src\/plan)/)
  expect(stdout).toMatch(/loaded: .*src\/cli\/main\.ts/)
})

test('a file shows its columns, rows, profile and a program that runs as it stands', async () => {
  const { stdout, stderr } = await tidemill('homes.csv')
  expect(stdout).toMatch(/city.*string/)
  expect(stdout).toMatch(/price.*float64/)
  expect(stdout).toMatch(/rooms.*int64\?/)
  expect(stdout).toMatch(/sold_at.*date/)
  expect(stdout).toMatch(/Leiden/)
  expect(stdout).toMatch(/profile/)
  expect(stderr).not.toMatch(/error/i)
  const program = stdout.slice(stdout.indexOf('import { count'))
  await writeFile(join(folder, 'start.ts'), program)
  const answer = await run(process.execPath, ['--conditions=tidemill-source', 'start.ts'], { cwd: folder })
  expect(answer.stdout).toMatch(/Delft.*2/)
})

test('--json prints the same as data', async () => {
  const { stdout } = await tidemill('homes.csv', '--json', '--rows', '2')
  const answer = JSON.parse(stdout) as { schema: { name: string }[]; rows: { city: string }[] }
  expect(answer.schema.map(field => field.name)).toEqual(['city', 'price', 'rooms', 'sold_at'])
  expect(answer.rows.map(row => row.city)).toEqual(['Delft', 'Leiden'])
})

test('types writes the row type of each file, and the compiler then knows a literal path', async () => {
  await tidemill('types', '*.csv')
  const text = await readFile(join(folder, 'tidemill.d.ts'), 'utf8')
  expect(text).toContain(`'homes.csv'`)
  await writeFile(
    join(folder, 'typed.ts'),
    `import { tidemill } from 'tidemill'
import { csv } from 'tidemill/connectors'
const tm = await tidemill()
const homes = await tm.read(csv('homes.csv', { names: 'camelCase' }))
const rows: { city: string; price: number; rooms: number | null; month: number }[] = await homes.withColumns(r => ({ month: r.soldAt.month() })).select('city', 'price', 'rooms', 'month').rows()
// @ts-expect-error no such column
homes.filter(r => r.pric.gt(1))
console.log(JSON.stringify(rows))
await tm.close()
`,
  )
  const checked = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
    error => error as { stdout: string },
  )
  expect(checked.stdout).toBe('')
})

test('a file that changed its columns since is an error that says what changed', async () => {
  await writeFile(join(folder, 'changing.csv'), 'a,b\n1,x\n')
  await tidemill('types', '*.csv')
  await tidemill('changing.csv')
  await writeFile(join(folder, 'changing.csv'), 'a,c\n1.5,x\n')
  const failed = await tidemill('changing.csv').then(
    () => undefined,
    (error: { stderr: string; code: number }) => error,
  )
  expect(failed?.code).toBe(1)
  expect(failed?.stderr).toMatch(/a: int64 -> float64/)
  expect(failed?.stderr).toMatch(/- b: string/)
  expect(failed?.stderr).toMatch(/\+ c: string/)
  expect(failed?.stderr).toMatch(/code: schema\.changed-file/)
  expect(failed?.stderr).toMatch(/npx tidemill types/)
  await tidemill('types', '*.csv')
  await tidemill('changing.csv')
})

test('types --watch writes again when a file changes and ends on Ctrl-C', async () => {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, 'types', 'homes.csv', '--watch', '--out', 'watched.d.ts'], {
    cwd: folder,
  })
  await said(child, /watching/)
  await writeFile(
    join(folder, 'homes.csv'),
    'city,price,rooms,sold_at,extra\nDelft,1.5,3,2026-01-02,1\nLeiden,2.5,,2026-02-03,2\nDelft,3.5,4,2026-03-04,3\n',
  )
  await said(child, /watched\.d\.ts: 1 file/)
  expect(await readFile(join(folder, 'watched.d.ts'), 'utf8')).toContain('extra')
  const end = once(child, 'close')
  child.kill('SIGINT')
  expect((await end)[0]).toBe(0)
})

test('doctor says what it found and reaches an engine by its URL', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const { stdout } = await tidemill('doctor', `sc://127.0.0.1:${port}`, '--json')
  server.close()
  const { findings } = JSON.parse(stdout) as { findings: { check: string; state: string; found: string }[] }
  expect(findings.filter(finding => finding.state === 'bad')).toEqual([])
  const names = findings.map(finding => finding.check)
  for (const name of ['node', 'memory for queries', 'threads', 'DuckDB', `reach sc://127.0.0.1:${port}`]) expect(names).toContain(name)
  const failed = await tidemill('doctor', 'sc://127.0.0.1:1').catch(error => error as { code: number; stderr: string })
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.stderr).toMatch(/ECONNREFUSED|refused|bad/)
})

async function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (bytes: unknown): void => {
      text += String(bytes)
      if (!wanted.test(text)) return
      child.stdout?.off('data', hear)
      resolve()
    }
    child.stdout?.on('data', hear)
    child.once('close', () => reject(new Error(`ended before it said ${String(wanted)}: ${text}`)))
  })
}
