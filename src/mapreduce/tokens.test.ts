import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { lines, rows } from '../connectors/index.ts'
import { tidemill } from '../session/index.ts'
import { byteKeys, characters, fields, type TokenMap, words } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidemill-tokens-'))
const tm = await tidemill({ workers: 2, folder: join(folder, 'store'), typesFile: false })
afterAll(async () => {
  await tm.close()
  rmSync(folder, { recursive: true, force: true })
})

async function counted(text: string, map: TokenMap, more: object = {}): Promise<Record<string, number>> {
  const path = join(folder, 'text.txt')
  writeFileSync(path, text)
  const table = await tm.mapReduce(lines(path), {
    map,
    reduce: (token, [n]) => ({ token, n: n as number }),
    schema: { token: 'string', n: 'int64' },
    ...more,
  })
  const got = (await table.rows()) as { token: string; n: number }[]
  return Object.fromEntries(got.map(({ token, n }) => [`=${token}`, n]))
}

function tally(tokens: Iterable<string>): Record<string, number> {
  const counts = new Map<string, number>()
  for (const token of tokens) counts.set(`=${token}`, (counts.get(`=${token}`) ?? 0) + 1)
  return Object.fromEntries(counts)
}

const pieces = [
  'a',
  'B',
  'the',
  'internationalisation',
  'a-word-of-more-than-thirty-two-bytes-in-all',
  'é',
  '水',
  '道',
  '😀',
  '\u212a',
  '\u0130',
  "o'",
  '’',
  '1',
]
const gaps = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\n\n',
  '\v',
  '\f',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u2028',
  '\u202f',
  '\u205f',
  '\u3000',
  '\ufeff',
  '\u200b',
  ',',
  ',,',
]
const texts = fc.array(fc.constantFrom(...pieces, ...gaps), { maxLength: 60 }).map(parts => `x ${parts.join('')}`)
const linesIn = (text: string): string[] => {
  const all = text.split('\n')
  const last = all.pop() as string
  return [...all.map(line => line.replace(/\r$/, '')), ...(last === '' ? [] : [last])]
}

test.each<[string, TokenMap, (line: string) => Iterable<string>]>([
  ['words between white space', words(), line => line.split(/\s+/).filter(word => word !== '')],
  ['runs of a to z', words({ of: 'ascii' }), line => line.toLowerCase().match(/[a-z]+/g) ?? []],
  ['runs of letters, as they are', words({ of: 'letters', lower: false }), line => line.match(/[\p{L}\p{M}]+/gu) ?? []],
  ['runs of letters, small', words({ of: 'letters' }), line => line.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []],
  ['characters', characters(), line => [...line]],
  ['Chinese characters', characters({ matching: /\p{Script=Han}/u }), line => [...line].filter(one => /\p{Script=Han}/u.test(one))],
  ['all fields', fields(','), line => line.split(',')],
  ['the second field', fields(',', { at: 1 }), line => line.split(',').slice(1, 2)],
])('%s are what JavaScript finds in the lines, for any text and split', async (_, map, find) => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 3, max: 200 }), async (text, splitBytes) => {
      expect(await counted(text, map, { splitBytes })).toEqual(tally(linesIn(text).flatMap(line => [...find(line)])))
    }),
    { seed: 5, numRuns: 25 },
  )
})

test('a table that grows and spills counts as one that does not', async () => {
  let text = ''
  for (let i = 0; i < 60_000; i++) text += `w${i % 50_000} longer-than-sixteen-bytes-${i % 3}${i % 7 === 0 ? '\n' : ' '}`
  const wanted = tally(text.split(/\s+/).filter(word => word !== ''))
  expect(await counted(text, words())).toEqual(wanted)
  expect(await counted(text, words(), { memory: '1MB', splitBytes: '300KB' })).toEqual(wanted)
})

const space = 32
test('a function of bytes finds keys, and its places are checked', async () => {
  const heads = byteKeys((bytes, from, to, emit) => {
    const end = bytes.indexOf(space, from)
    emit(from, end === -1 || end > to ? to : end)
  })
  expect(await counted('GET /a\r\nPUT /b\nGET /c\nlast', heads)).toEqual({ '=GET': 2, '=PUT': 1, '=last': 1 })
  const outside = byteKeys((_, from, to, emit) => emit(from, to + 1))
  await expect(counted('ab\ncd\n', outside)).rejects.toThrow(
    /function map failed at line 1 of text.txt: emit wants places of the line, 0 to 2, not 0 and 3/,
  )
  const half = byteKeys((_, from, to, emit) => emit(from, to - 1))
  await expect(counted('水', half)).rejects.toThrow(/not whole characters/)
})

test('packed files, other sources and wrong options are handled or told', async () => {
  const { gzipSync } = await import('node:zlib')
  const path = join(folder, 'packed.txt.gz')
  writeFileSync(path, gzipSync('to be or\nnot to be'))
  const table = await tm.mapReduce(lines(path), { map: words(), reduce: (word, [n]) => ({ word, n }) })
  expect(await table.rows()).toEqual([
    { word: 'be', n: 2 },
    { word: 'not', n: 1 },
    { word: 'or', n: 1 },
    { word: 'to', n: 2 },
  ])
  const source = rows([{ line: 'a' }]) as never
  await expect(tm.mapReduce(source, { map: words(), reduce: () => ({}) })).rejects.toThrow(/a prepared map wants lines, not rows/)
  expect(() => words({ of: 'space', lower: true })).toThrow(/keep their case|cannot have lower/)
  expect(() => words({ of: 'spaces' as never })).toThrow(/must be space, ascii or letters/)
  expect(() => fields('\n')).toThrow(/one ASCII character/)
  expect(() => fields(',', { at: -1 })).toThrow(/whole number from 0/)
  expect(() => characters({ matching: /x/g })).toThrow(/without g and y/)
})
