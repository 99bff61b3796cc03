/** Two writers, as data: what the second may do after the first. */
import { expect, test } from 'vitest'
import { type Change, changed, compacted, type TableFileEntry, type TableManifest } from './index.ts'

const table = {
  kind: 'parquet',
  schema: [{ name: 'x', type: 'int64', nullable: false }],
  partitions: [{ by: 'value', column: 'p', folder: 'p' }],
  sortBy: ['x'],
} as const
function file(name: string, partition = 'a'): TableFileEntry {
  return { path: `p=${partition}/${name}`, bytes: 1, rows: 1, partition: [partition] }
}
function version(number: number, ...files: readonly TableFileEntry[]): TableManifest {
  return { version: number, writer: 'w', mode: 'append', at: 0, ...table, files }
}
function change(mode: Change['mode'], ...files: readonly TableFileEntry[]): Change {
  return { writer: 'me', at: 1, mode, table, files }
}
function paths({ files }: TableManifest): readonly string[] {
  return files.map(one => one.path)
}
const base = version(1, file('1'))

test('an append comes after whatever was first', () => {
  expect(paths(changed(change('append', file('2')), base, version(2, file('9')), 'out'))).toEqual(['p=a/9', 'p=a/2'])
})

test('a replace comes after nothing', () => {
  expect(paths(changed(change('replace', file('2')), base, base, 'out'))).toEqual(['p=a/2'])
  expect(() => changed(change('replace', file('2')), base, version(2, file('1'), file('9')), 'out')).toThrow(
    'another writer was first: out is at version 2 (append), this write began at version 1',
  )
  expect(() => changed(change('replace', file('2')), undefined, base, 'out')).toThrow(expect.objectContaining({ code: 'storage.conflict' }))
})

test('replaced partitions agree with changes of others, and with none of their own', () => {
  const mine = change('replacePartitions', file('2'))
  expect(paths(changed(mine, base, version(2, file('1'), file('9', 'b')), 'out'))).toEqual(['p=b/9', 'p=a/2'])
  expect(() => changed(mine, base, version(2, file('1'), file('9')), 'out')).toThrow(expect.objectContaining({ code: 'storage.conflict' }))
  expect(() => changed(mine, base, version(2), 'out')).toThrow(expect.objectContaining({ code: 'storage.conflict' }))
})

test('compacted files agree with appends, and with nothing that removed one of them', () => {
  const made = { writer: 'me', at: 1, removed: new Set(['p=a/1', 'p=a/2']), added: [file('3')] }
  const two = version(1, file('1'), file('2'))
  expect(paths(compacted(made, two, version(2, file('1'), file('2'), file('9')), 'out'))).toEqual(['p=a/9', 'p=a/3'])
  expect(() => compacted(made, two, version(2, file('2')), 'out')).toThrow(expect.objectContaining({ code: 'storage.conflict' }))
})

test('columns that were full may get NULLs by an append, and a file of another order makes the table unsorted', () => {
  const open = {
    ...change('append', file('2')),
    table: { ...table, schema: [{ name: 'x', type: 'int64', nullable: true }], sortBy: [] },
  } as const
  expect(changed(open, base, base, 'out')).toMatchObject({ schema: [{ name: 'x', nullable: true }], sortBy: [], version: 2 })
})
