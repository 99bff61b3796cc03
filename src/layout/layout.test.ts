/** Manifests, who may publish, and which files a condition needs. */
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import {
  beginWrite,
  currentTable,
  encodeTable,
  folderName,
  manifestPath,
  parseFolder,
  prune,
  sweepWrites,
  type TableFileEntry,
  type TableManifest,
  tableVersion,
  usage,
} from './index.ts'
import { decodeTable } from './table-manifest.ts'
import { isGone, newWriterId } from './writer-id.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tidemill-layout-'))
})
afterEach(async () => rm(root, { recursive: true, force: true }))

function manifest(version: number, files: readonly TableFileEntry[] = []): TableManifest {
  return {
    version,
    writer: `w${version}`,
    mode: 'append',
    at: version,
    kind: 'parquet',
    schema: [{ name: 'x', type: 'int64', nullable: true }],
    partitions: [{ by: 'value', column: 'p', folder: 'p' }],
    sortBy: [],
    files,
  }
}
const entry: TableFileEntry = {
  path: 'p=a/data_0.parquet',
  bytes: 10,
  rows: 5,
  partition: ['a'],
  stats: { x: { min: '1', max: '9', nulls: 0 } },
}

test('a manifest is what was written, and no changed byte gets through', () => {
  const text = encodeTable(manifest(3, [entry]))
  expect(decodeTable(text, 'm')).toEqual(manifest(3, [entry]))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))).toString('latin1')
    expect(() => decodeTable(changed, 'm'), `byte ${at}`).toThrow(/damaged file: m|newer manifest/)
  }
  expect(() => decodeTable(text.slice(0, -5), 'm')).toThrow('damaged file: m has other bytes than were written')
})

test('a manifest of others cannot name files outside of its folder', () => {
  expect(() => decodeTable(encodeTable(manifest(1, [{ ...entry, path: '../../etc/passwd' }])), 'm')).toThrow(
    expect.objectContaining({ code: 'storage.bad-key' }),
  )
})

test('a folder name means the value it was made of, and nobody takes it for NULL', () => {
  fc.assert(
    fc.property(fc.option(fc.string({ unit: 'binary' })), value => {
      const name = folderName('p', value)
      expect(parseFolder(name)).toEqual({ folder: 'p', value })
      expect(name).toMatch(/^p=[0-9A-Za-z_.:%-]*$/)
      expect(name === 'p=__HIVE_DEFAULT_PARTITION__').toBe(value === null)
    }),
    { seed: 7 },
  )
  for (const value of ['NULL', 'null', 'Null', '__HIVE_DEFAULT_PARTITION__', '__hive_default_partition__']) {
    expect(folderName('p', value)).toContain('%')
    expect(parseFolder(folderName('p', value))?.value).toBe(value)
  }
})

test('two writes get two versions, and the second builds on the first', async () => {
  const [one, two] = [await beginWrite(root, 'out'), await beginWrite(root, 'out')]
  const next = (newest: TableManifest | undefined): TableManifest => manifest((newest?.version ?? 0) + 1, [...(newest?.files ?? []), entry])
  const made = await Promise.all([one.publish(next), two.publish(next)])
  expect(new Set(made.map(({ version }) => version))).toEqual(new Set([1, 2]))
  expect((await currentTable(root))?.files.length).toBe(2)
  await one.close()
  await two.close()
  expect(await readdir(join(root, '_tidemill'))).toEqual(['manifest-1.json', 'manifest-2.json'])
})

test('a write that was taken for dead cannot publish', async () => {
  const write = await beginWrite(root, 'out')
  await unlink(join(root, '_tidemill', `writing-${write.id}`))
  await expect(write.publish(() => manifest(1))).rejects.toMatchObject({ code: 'storage.conflict', retryable: true })
  expect(await currentTable(root)).toBeUndefined()
  await write.close()
})

test('writes that go on are not swept, dead ones are, and what they published stays', async () => {
  const write = await beginWrite(root, 'out')
  expect(await sweepWrites(root)).toBe(0)
  // A process of this machine that was there before it was last started.
  const id = newWriterId()
  const dead = [id.split('-')[0], (2 ** 22 + 1).toString(36), '1', 'aaaaaaaaaaaa'].join('-')
  await writeFile(join(root, '_tidemill', `writing-${dead}`), '')
  await writeFile(join(root, 'data_aaaaaaaaaaaa_0.parquet'), 'x')
  await writeFile(join(root, 'data_0.parquet'), 'x')
  await writeFile(join(root, 'mine.txt'), 'x')
  expect(await sweepWrites(root)).toBe(1)
  expect((await readdir(root)).sort()).toEqual(['_tidemill', 'data_0.parquet', 'mine.txt'])
  await writeFile(join(root, '_tidemill', `writing-${dead}`), '')
  await writeFile(join(root, 'data_aaaaaaaaaaaa_0.parquet'), 'x')
  await write.publish(() => manifest(1, [{ ...entry, path: 'data_aaaaaaaaaaaa_0.parquet' }]))
  expect(await sweepWrites(root)).toBe(1)
  expect(await readdir(root)).toContain('data_aaaaaaaaaaaa_0.parquet')
  await write.close()
})

test('this process is there; one of another machine is given a day', () => {
  const id = newWriterId()
  expect(isGone(id, 1e12)).toBe(false)
  const far = `ffffff-${id.slice(7)}`
  expect(isGone(far, 1000)).toBe(false)
  expect(isGone(far, 90_000_000)).toBe(true)
})

test('a damaged manifest is an error and never an older version', async () => {
  for (const version of [1, 2]) {
    const write = await beginWrite(root, 'out')
    await write.publish(() => manifest(version))
    await write.close()
  }
  const path = manifestPath(root, 2)
  await writeFile(path, (await readFile(path, 'utf8')).replace('append', 'Append'))
  await expect(currentTable(root)).rejects.toMatchObject({ code: 'storage.damaged' })
  expect((await tableVersion(root, 1))?.version).toBe(1)
})

test('a file is left out only where no row of it can meet the condition', () => {
  const x = columnNode({ name: 'x', type: 'int64', nullable: true })
  const value = fc.integer({ min: -5, max: 5 })
  const leaf: fc.Arbitrary<ExprNode> = fc.oneof(
    fc.tuple(fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte', 'ne'), value).map(([op, v]) => callNode(op as 'eq', [x, literalNode(v)])),
    fc.tuple(value, value).map(([a, b]) => callNode('between', [x, literalNode(a), literalNode(b)])),
    fc.array(value, { minLength: 1, maxLength: 3 }).map(values => callNode('in', [x, ...values.map(v => literalNode(v))])),
    fc.constantFrom(callNode('isNull', [x]), callNode('isNotNull', [x])),
  )
  const condition = fc.letrec<{ all: ExprNode }>(tie => ({
    all: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.tuple(fc.constantFrom('and', 'or'), tie('all'), tie('all')).map(([op, a, b]) => callNode(op as 'and', [a, b])),
      tie('all').map(a => callNode('not', [a])),
    ),
  })).all
  let leftOut = 0
  fc.assert(
    fc.property(fc.array(fc.option(value), { minLength: 1, maxLength: 4 }), condition, (rows, where) => {
      const known = rows.filter(row => row !== null)
      const stats = {
        x: {
          min: known.length === 0 ? null : String(Math.min(...known)),
          max: known.length === 0 ? null : String(Math.max(...known)),
          nulls: rows.length - known.length,
        },
      }
      const kept = prune(manifest(1, [{ ...entry, rows: rows.length, stats }]), where).length === 1
      if (!kept) leftOut++
      expect(kept || !rows.some(row => holds(where, row) === true)).toBe(true)
    }),
    { seed: 11, numRuns: 2000 },
  )
  expect(leftOut).toBeGreaterThan(200)
})

/** SQL's three values. */
function holds(expr: ExprNode, row: number | null): boolean | null {
  if (expr.op === 'column' || expr.op === 'literal') return null
  const literals = expr.args.flatMap(arg => (arg.op === 'literal' ? [Number(arg.value)] : []))
  const [a = 0, b = 0] = literals
  const parts = expr.args.map(arg => holds(arg, row))
  switch (expr.op) {
    case 'and':
      return parts.includes(false) ? false : parts.includes(null) ? null : true
    case 'or':
      return parts.includes(true) ? true : parts.includes(null) ? null : false
    case 'not':
      return parts[0] === null || parts[0] === undefined ? null : !parts[0]
    case 'isNull':
      return row === null
    case 'isNotNull':
      return row !== null
    default:
      if (row === null) return null
  }
  if (expr.op === 'eq') return row === a
  if (expr.op === 'ne') return row !== a
  if (expr.op === 'lt') return row < a
  if (expr.op === 'lte') return row <= a
  if (expr.op === 'gt') return row > a
  if (expr.op === 'gte') return row >= a
  if (expr.op === 'between') return row >= a && row <= b
  return literals.includes(row)
}

test('a folder that cannot be looked at is not called missing', async () => {
  await expect(usage(join(root, 'none'))).rejects.toMatchObject({ code: 'storage.not-found' })
  await expect(usage(join(root, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
})
