import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readmeFigures } from '../tools/docs/readme-figures.ts'
import { readmeWithTour } from '../tools/readme.ts'

test('the README says how many verbs and functions there are', async () => {
  const text = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  expect(readmeFigures(text)).toBe(text)
  expect(() => readmeFigures(text.replace('| verbs |', '| words |'))).toThrow('no row')
})

test('the README shows the lines of the tour and what they print', async () => {
  const text = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  expect(await readmeWithTour(text)).toBe(text)
}, 240_000)
