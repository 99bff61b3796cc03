/** Places that cannot be written: each is an error in words, and what was there stays as it was. */
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, ndjson, parquet, rows } from '../../connectors/index.ts'
import type { Dataset } from '../../dataset/index.ts'
import { type Session, tidemill } from '../../session/index.ts'
import { entryAt } from '../../storage/index.ts'
import { failure } from '../../../test/house/failure.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
let folder: string
let tm: Session
let table: Dataset<{ id: number; part: number }>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-write-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'store') })
  table = await tm.read(rows([{ id: 1, part: 1 }]))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

async function place(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

test('only a path with nothing at it counts as free', async () => {
  const at = await place('entry')
  await writeFile(join(at, 'file'), 'x')
  expect(await entryAt(join(at, 'none'))).toBeUndefined()
  expect((await entryAt(join(at, 'file')))?.isFile()).toBe(true)
  await expect(entryAt(join(at, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(entryAt(join(at, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
})

test('a file on the way to the output is an error that names it and stays as it was', async () => {
  const at = await place('way')
  await writeFile(join(at, 'file'), 'mine')
  for (const mode of ['fail', 'replace'] as const)
    for (const sink of [
      csv(join(at, 'file/out.csv'), { mode }),
      ndjson(join(at, 'file/deep/out.ndjson'), { mode }),
      parquet(join(at, 'file/out'), { mode, partitionBy: ['part'] }),
    ]) {
      const error = await failure(table.write(sink))
      expect(error).toMatchObject({ code: 'connectors.unreadable', hint: expect.stringContaining('a part of the path is a file') })
      expect(error.message).toMatch(/^output cannot be written: .*way\/file\/.*(not a directory|is no folder)$/)
    }
  expect(await readdir(at)).toEqual(['file'])
  expect(await readFile(join(at, 'file'), 'utf8')).toBe('mine')
})

test('a name may be as long as names can be, and a longer one is refused in words', async () => {
  const at = await place('names')
  const long = `${'x'.repeat(251)}.csv`
  const { files } = await table.write(csv(join(at, long)))
  expect(files).toEqual([join(at, long)])
  expect(await readdir(at)).toEqual([long])
  expect(await failure(table.write(csv(join(at, `x${long}`))))).toMatchObject({
    code: 'connectors.unreadable',
    message: expect.stringContaining('name too long'),
    hint: 'take a shorter name',
  })
  expect(await readdir(at)).toEqual([long])
})

test('replace puts no folder in the place of a file, and takes no folder with a link of the user', async () => {
  const at = await place('kinds')
  await writeFile(join(at, 'thesis'), 'years of work')
  for (const sink of [
    csv(`${join(at, 'thesis')}/`, { mode: 'replace' }),
    parquet(join(at, 'thesis'), { mode: 'replace', partitionBy: ['part'] }),
  ])
    expect(await failure(table.write(sink))).toMatchObject({
      code: 'connectors.exists',
      message: expect.stringMatching(/^a file is there already: .*thesis/),
    })
  expect(await readFile(join(at, 'thesis'), 'utf8')).toBe('years of work')
  await mkdir(join(at, 'links'))
  await symlink(join(at, 'thesis'), join(at, 'links/thesis'))
  expect((await failure(table.write(csv(`${join(at, 'links')}/`, { mode: 'replace' })))).message).toContain('not a table')
  expect(await readdir(join(at, 'links'))).toEqual(['thesis'])
})

/** Writes 200,000 rows over `old.csv` and to two more outputs in a process of its own, and prints what each attempt said. */
const program = `
import { tidemill } from 'tidemill'
import { csv, parquet, rows } from 'tidemill/connectors'
const at = process.argv[1]
if (process.env.TIDEMILL_TEST_UID) process.setuid(Number(process.env.TIDEMILL_TEST_UID))
const tm = await tidemill({ typesFile: false, workers: 1 })
const table = await tm.read(rows(Array.from({ length: 200000 }, (_, i) => ({ id: i, text: String(i * 7919), part: i % 3 }))))
const sinks = [csv(at + '/old.csv', { mode: 'replace' }), parquet(at + '/new.parquet'), csv(at + '/parts', { partitionBy: ['part'] })]
for (const sink of sinks)
  console.log(await table.write(sink).then(() => 'written', ({ name, code, message, hint }) => [name, code, message, hint].join(' | ')))
await tm.close()`

/** What three writes said in a process that a shell line prepares; \`\$RUN\` is the process, \`\$AT\` the folder. */
async function written(at: string, line: string, env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const node = [process.execPath, '--conditions=tidemill-source', '--input-type=module', '-e', program, at]
  const { stdout } = await run('sh', ['-c', line, 'sh', ...node], { cwd: root, env: { ...process.env, AT: at, ...env } })
  return stdout.trim().split('\n')
}
const refused = (reason: string, hint: string): readonly string[] =>
  ['old.csv', 'new.parquet', 'parts'].map(name =>
    expect.stringMatching(
      new RegExp(`^TidemillError \\| connectors\\.unreadable \\| output cannot be written: .*/${name}: ${reason} \\| .*${hint}`),
    ),
  )

test.skipIf(process.platform === 'win32')('a limit on the size of files is told, and the old file is as it was', async () => {
  const at = await place('limited')
  await writeFile(join(at, 'old.csv'), 'old')
  // Ignored, or the signal would end the process before the error is seen. A block has 512 or 1,024 bytes.
  expect(await written(at, `trap '' XFSZ; ulimit -f 64; exec "$@"`)).toEqual(refused('file too large', 'ulimit -f'))
  expect(await readFile(join(at, 'old.csv'), 'utf8')).toBe('old')
  expect(await readdir(at)).toEqual(['old.csv'])
})

// A disk of one megabyte in a namespace of its own, which is gone with the process; where the system allows none, the disk-full case cannot be shown.
const mountable = await run('unshare', ['-Urm', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', tmpdir()]).then(
  () => true,
  () => false,
)

test.skipIf(!mountable)('a full disk is told, the old file is as it was and nothing half written is left', async () => {
  const at = await place('full')
  const mount = 'mount -t tmpfs -o size=1m tmpfs "$AT" && printf old > "$AT/old.csv"'
  const said = await written(at, `exec unshare -Urm sh -c '${mount} && "$@"; cat "$AT/old.csv"; echo; ls -A "$AT"' sh "$@"`)
  expect(said.slice(0, 3)).toEqual(refused('no space left on device', 'free some space'))
  expect(said.slice(3)).toEqual(['old', 'old.csv'])
})

test.skipIf(!mountable)('a disk that can only be read is told', async () => {
  const at = await place('read-only')
  const mount = 'mount -t tmpfs -o size=1m tmpfs "$AT" && printf old > "$AT/old.csv" && mount -o remount,ro "$AT"'
  const said = await written(at, `exec unshare -Urm sh -c '${mount} && "$@"; ls -A "$AT"' sh "$@"`)
  expect(said.slice(0, 3)).toEqual(refused('read-only file system', 'can only be read'))
  expect(said.slice(3)).toEqual(['old.csv'])
})

test.skipIf(process.platform === 'win32')(
  'a folder that may not be written is told, and so is one that may not be looked into',
  async () => {
    const at = await place('forbidden')
    await writeFile(join(at, 'old.csv'), 'old')
    await chmod(folder, 0o755)
    // Permission bits do not bind root: the process becomes nobody.
    const env = process.getuid?.() === 0 ? { TIDEMILL_TEST_UID: '65534' } : {}
    await chmod(at, 0o555)
    expect(await written(at, 'exec "$@"', env)).toEqual(refused('permission denied', 'ask for the right to write there'))
    await chmod(at, 0o444)
    expect(await written(at, 'exec "$@"', env)).toEqual(refused('permission denied', 'ask for the right to write there'))
    await chmod(at, 0o755)
    expect(await readFile(join(at, 'old.csv'), 'utf8')).toBe('old')
    expect(await readdir(at)).toEqual(['old.csv'])
  },
)
