/** The law of `toTypeScript` on drawn tables: print a plan, run the program, and the table has the same fingerprint. More seeds: `npm run programs`. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { methods } from '../src/expr/methods.ts'
import { type Session, tidemill } from '../src/index.ts'
import { verbs } from '../src/plan/index.ts'
import { root } from './house/tree.ts'
import { type Explored, explorePrograms } from './programs/explore.ts'

let tm: Session
let folder: string
let explored: Explored

beforeAll(async () => {
  await mkdir(join(root, 'out'), { recursive: true })
  // Inside the repository, so that `tidemill` is this package.
  folder = await mkdtemp(join(root, 'out/drawn-'))
  tm = await tidemill({ workers: 1 })
  explored = await explorePrograms(tm, folder, { from: 1, seeds: 300 })
}, 300_000)
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

test('a drawn table prints as a program that makes the same plan', () => {
  expect(explored.wrong.join('\n\n')).toBe('')
  expect(explored.programs).toBeGreaterThan(300)
})

test('every verb of tables is among those drawn', () => {
  // Of streams; and functions and models, which are told apart by the file they stand in, or are no text.
  const others = ['eventTime', 'window', 'running', 'process', 'onError', 'late', 'sink', 'stepName', 'scan', 'map', 'transform']
  expect(Object.keys(verbs).filter(name => !explored.verbs.has(name) && !others.includes(name))).toEqual([])
})

test('every method of values is among those drawn', () => {
  expect(Object.keys(methods).filter(name => !explored.methods.has(name))).toEqual([])
})
